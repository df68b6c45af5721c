"""Whatever noun is stored comes back the same, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import (
    About,
    Alert,
    AlertState,
    Attempt,
    ChannelKind,
    Outcome,
    Silence,
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article, Decision, DecisionReason, RuleAction, RuleHit, Term
from monitor.domain.delivery_schedule import (
    AT_ONCE,
    DeliverySchedule,
    Frequency,
    HoldReason,
    QuietHours,
)
from monitor.domain.digest_content import DigestReady, DigestSilence
from monitor.domain.feeds import (
    Entry,
    Feed,
    FeedState,
    PollState,
    PublisherHints,
    PublishingHistory,
    Redirect,
)
from monitor.domain.keys import key_of
from monitor.domain.message_contents import (
    ArticleFlagged,
    CoverageReady,
    FeedStateChanged,
    ServiceCondition,
    ServiceStateChanged,
    SubscriptionConfirm,
    SubscriptionDisabled,
    SubscriptionTest,
)
from monitor.domain.reasons import DeliveryReason
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article

# One database for all examples: each gets keys of its own, so that none meets another.
TRIPS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

NUMBERS = count()
KEYS = st.builds(lambda: key_of(str(next(NUMBERS))))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
WORDS = st.lists(TEXT, max_size=3)
INSTANTS = st.datetimes(
    min_value=datetime(1991, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-5))]),
)
CHANCES = st.floats(min_value=0, max_value=1)
WEIGHTS = st.floats(allow_nan=False, allow_infinity=False)
DURATIONS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=3_650))


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


HOURS = st.frozensets(st.integers(0, 23))
SECONDS = st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
HINTS = st.builds(
    PublisherHints,
    wait=some(SECONDS),
    fresh_for=some(SECONDS),
    ttl=some(SECONDS),
    period=some(SECONDS),
    base=some(INSTANTS),
    skip_hours=HOURS,
    skip_days=st.frozensets(st.integers(0, 6)),
)
REDIRECTS = st.builds(Redirect, to=KEYS, since=INSTANTS, times=st.integers(1, 100))
POLLS = st.builds(
    PollState,
    due_at=INSTANTS,
    due_why=TEXT,
    asked_at=some(INSTANTS),
    gap=some(DURATIONS),
    hints=HINTS,
    redirect=some(REDIRECTS),
    state=st.sampled_from(FeedState),
    etag=some(TEXT),
    last_modified=some(TEXT),
    body_digest=some(KEYS),
    failures=st.integers(0, 2**31 - 1),
    first_ok_at=some(INSTANTS),
    last_ok_at=some(INSTANTS),
    last_error=some(TEXT),
    since=some(INSTANTS),
)
COUNTS = st.integers(0, 2**31 - 1)
HISTORIES = st.builds(
    PublishingHistory,
    newest_at=some(INSTANTS),
    days=st.lists(st.tuples(COUNTS, COUNTS, COUNTS), max_size=28).map(tuple),
)
FEEDS = st.builds(
    Feed,
    key=KEYS,
    url=KEYS.map(lambda key: f"https://example.org/{key}"),
    title=TEXT,
    language=some(TEXT),
    every=some(DURATIONS),
    former_urls=WORDS.map(tuple),
    tags=WORDS.map(tuple),
    note=TEXT,
    paused=st.booleans(),
    poll=POLLS,
    history=HISTORIES,
)
ENTRIES = st.builds(
    Entry,
    title=TEXT,
    text=TEXT,
    url=some(TEXT),
    guid=some(TEXT),
    author=some(TEXT),
    language=some(TEXT),
    published_at=some(INSTANTS),
    tags=WORDS.map(tuple),
)
DECISIONS = st.builds(
    Decision,
    relevant=st.booleans(),
    reason=st.sampled_from(DecisionReason),
    score=CHANCES,
    threshold=CHANCES,
    pack_score=CHANCES,
    themes=st.dictionaries(TEXT, CHANCES, max_size=3),
    labels=WORDS.map(tuple),
    terms=st.lists(st.builds(Term, text=TEXT, weight=WEIGHTS), max_size=3).map(tuple),
    rules=st.lists(
        st.builds(
            RuleHit,
            rule=TEXT,
            action=st.sampled_from(RuleAction),
            terms=WORDS.map(tuple),
            boost=WEIGHTS,
            theme=some(TEXT),
        ),
        max_size=2,
    ).map(tuple),
    pack=TEXT,
    config=TEXT,
)
ARTICLES = st.builds(
    Article,
    key=KEYS,
    copy_key=KEYS,
    feed_key=st.just(a_feed().key),
    entry=ENTRIES,
    decision=DECISIONS,
    seen_at=INSTANTS,
    backlog=st.booleans(),
)
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
CADENCES = st.builds(
    DeliverySchedule,
    every=st.sampled_from(Frequency),
    at=MINUTES,
    weekday=st.integers(0, 6),
    zone=st.sampled_from(["UTC", "Asia/Seoul"]),
    quiet=some(st.builds(QuietHours, start=MINUTES, end=MINUTES)),
    budget=some(st.integers(1, 1_000)),
    group=st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    empty=st.booleans(),
)
SILENCES = st.builds(
    Silence,
    key=KEYS,
    subscription_key=some(KEYS),
    feed_key=some(KEYS),
    theme=some(TEXT.filter(bool)),
    term=some(TEXT.filter(bool)),
    reason=TEXT,
    created_at=INSTANTS,
    until=INSTANTS,
)
SUBSCRIPTIONS = st.builds(
    Subscription,
    key=KEYS,
    name=KEYS,
    channel=st.sampled_from(ChannelKind),
    address=TEXT.filter(bool),
    signing_secret=TEXT.filter(lambda secret: "://" not in secret),
    themes=WORDS.map(frozenset),
    languages=WORDS.map(frozenset),
    feeds=st.frozensets(KEYS, max_size=3),
    min_score=CHANCES,
    about=st.frozensets(st.sampled_from(About)),
    cadence=st.just(AT_ONCE) | CADENCES,
    state=st.sampled_from(SubscriptionState),
    state_reason=TEXT,
    created_at=INSTANTS,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Store]:
    """A store with one feed, for all examples."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('trips') / 'watchpost.db'}"
        with Store.open(url) as store:
            store.feeds.add(a_feed())
            yield store
        return
    server = request.getfixturevalue("postgresql")
    with server.database() as url, Store.open(url) as store:
        store.feeds.add(a_feed())
        yield store


@TRIPS
@given(feed=FEEDS)
def test_a_feed(filled: Store, feed: Feed) -> None:
    assert filled.feeds.add(feed)
    assert filled.feeds.find(feed.key) == feed


@TRIPS
@given(poll=POLLS)
def test_a_poll_state(filled: Store, poll: PollState) -> None:
    filled.commit([a_poll(a_feed(), state=poll)])
    assert filled.feeds.find(a_feed().key).poll == poll


@TRIPS
@given(article=ARTICLES)
def test_an_article(filled: Store, article: Article) -> None:
    filled.commit([a_poll(a_feed(), article)])
    assert filled.articles.find(article.key) == article


@TRIPS
@given(subscription=SUBSCRIPTIONS)
def test_a_subscription(filled: Store, subscription: Subscription) -> None:
    assert filled.subscriptions.add(subscription)
    assert filled.subscriptions.find(subscription.name) == subscription


@TRIPS
@given(rest=TEXT, subscription=SUBSCRIPTIONS)
def test_a_private_url_is_not_a_signing_secret(
    filled: Store, rest: str, subscription: Subscription
) -> None:
    chat = replace(subscription, signing_secret="", private_url=f"slack://{rest}")
    assert filled.subscriptions.add(chat)
    assert filled.subscriptions.find(chat.name) == chat


@TRIPS
@given(silence=SILENCES)
def test_a_silence(filled: Store, silence: Silence) -> None:
    assert filled.silences.add(silence)
    assert filled.silences.find(silence.key) == silence
    assert silence in filled.silences.list()


SECONDS = INSTANTS.map(lambda instant: instant.replace(microsecond=0))
CONTENTS = st.one_of(
    st.just(ArticleFlagged()),
    st.builds(SubscriptionTest, note=TEXT),
    st.builds(SubscriptionConfirm, url=TEXT, until=some(INSTANTS)),
    st.builds(SubscriptionDisabled, name=TEXT, reason=TEXT, at=some(SECONDS)),
    st.builds(
        ServiceStateChanged,
        mended=st.tuples(st.builds(ServiceCondition, name=TEXT, sentence=TEXT)),
    ),
    st.builds(FeedStateChanged, counts=st.dictionaries(KEYS, st.integers(0, 9), max_size=3)),
    st.builds(CoverageReady, date=some(st.dates()), since=some(SECONDS), sentence=TEXT),
    st.builds(
        DigestReady,
        until=some(SECONDS),
        budget=some(st.integers(1, 99)),
        silences=st.tuples(
            st.builds(
                DigestSilence, key=KEYS, reason=TEXT, until=some(SECONDS), articles=st.just(2)
            )
        ),
    ),
)


@TRIPS
@given(
    alert=st.builds(
        Alert,
        key=KEYS,
        subscription_key=st.just(a_subscription().key),
        content=CONTENTS,
        article_keys=st.permutations([key_of("article", a_feed().key, str(n)) for n in range(3)]),
        created_at=INSTANTS,
        due_at=INSTANTS,
        attempts=st.integers(0, 2**31 - 1),
        state=st.sampled_from(AlertState),
        held_for=some(st.sampled_from(HoldReason)),
        digest_key=some(KEYS),
        silenced_by=some(KEYS),
        last_error=some(TEXT),
    )
)
def test_an_alert(filled: Store, alert: Alert) -> None:
    filled.subscriptions.add(a_subscription())
    articles = [an_article(str(number)) for number in range(3)]
    filled.commit([a_poll(a_feed(), *articles, alerts=(alert,))])
    found = filled.outbox.list(limit=10_000, subscription=a_subscription().key)
    (kept,) = [one for one in found if one.key == alert.key]
    assert kept == replace(alert, article_keys=tuple(alert.article_keys))


@TRIPS
@given(
    attempt=st.builds(
        Attempt,
        alert_key=KEYS,
        number=st.integers(1, 2**31 - 1),
        at=INSTANTS,
        took=DURATIONS,
        outcome=st.sampled_from(Outcome),
        reason=st.sampled_from(DeliveryReason),
        detail=TEXT,
    )
)
def test_an_attempt(filled: Store, attempt: Attempt) -> None:
    filled.subscriptions.add(a_subscription())
    article = an_article("tried")
    alert = an_alert(article, a_subscription(), key=attempt.alert_key)
    filled.commit([a_poll(a_feed(), article, alerts=(alert,))])
    filled.outbox.record(attempt, token="nobody's", due_at=NOW)
    assert attempt in filled.outbox.attempts(attempt.alert_key)
