"""Round trips: every noun is read back as it was stored, on both databases."""

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
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article, Decision, DecisionReason, RuleAction, RuleHit, Term
from monitor.domain.contents.exported_article import ExportedArticle
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
    FeedLogin,
    FeedState,
    PollState,
    PublisherHints,
    PublishingHistory,
    Redirect,
)
from monitor.domain.judged.similar_articles import SimilarArticles
from monitor.domain.keys import key_of
from monitor.domain.message_contents import (
    ArticleFlagged,
    CoverageReady,
    FeedStateChanged,
    ServiceCondition,
    ServiceStateChanged,
    SubscriptionChanged,
    SubscriptionConfirm,
    SubscriptionDisabled,
    SubscriptionTest,
)
from monitor.domain.muting.silence import Silence, TimeInterval
from monitor.domain.reasons import DeliveryReason
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.search.article_filter import stored_filter
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article

# One database for all examples: each has keys of its own.
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
HEADERS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
DURATIONS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=3_650))


def optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


HOURS = st.frozensets(st.integers(0, 23))
SECONDS = st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
HINTS = st.builds(
    PublisherHints,
    wait=optional(SECONDS),
    fresh_for=optional(SECONDS),
    ttl=optional(SECONDS),
    period=optional(SECONDS),
    base=optional(INSTANTS),
    skip_hours=HOURS,
    skip_days=st.frozensets(st.integers(0, 6)),
)
REDIRECTS = st.builds(Redirect, to=KEYS, since=INSTANTS, times=st.integers(1, 100))
POLLS = st.builds(
    PollState,
    due_at=INSTANTS,
    due_why=TEXT,
    asked_at=optional(INSTANTS),
    gap=optional(DURATIONS),
    hints=HINTS,
    redirect=optional(REDIRECTS),
    state=st.sampled_from(FeedState),
    etag=optional(TEXT),
    last_modified=optional(TEXT),
    body_digest=optional(KEYS),
    failures=st.integers(0, 2**31 - 1),
    first_ok_at=optional(INSTANTS),
    last_ok_at=optional(INSTANTS),
    last_error=optional(TEXT),
    since=optional(INSTANTS),
)
COUNTS = st.integers(0, 2**31 - 1)
HISTORIES = st.builds(
    PublishingHistory,
    newest_at=optional(INSTANTS),
    days=st.lists(st.tuples(COUNTS, COUNTS, COUNTS), max_size=28).map(tuple),
)
LOGINS = st.builds(FeedLogin, user=KEYS, password=KEYS)
FEEDS = st.builds(
    Feed,
    key=KEYS,
    url=KEYS.map(lambda key: f"https://example.org/{key}"),
    login=optional(LOGINS),
    headers=HEADERS,
    title=TEXT,
    language=optional(TEXT),
    every=optional(DURATIONS),
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
    url=optional(TEXT),
    guid=optional(TEXT),
    author=optional(TEXT),
    language=optional(TEXT),
    published_at=optional(INSTANTS),
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
            theme=optional(TEXT),
        ),
        max_size=2,
    ).map(tuple),
    pack=TEXT,
    config=TEXT,
    own_score=optional(CHANCES),
    similar=optional(
        st.builds(
            SimilarArticles,
            count=st.integers(1, 20),
            flagged=st.integers(0, 20),
            log_odds=WEIGHTS,
            shift=WEIGHTS,
        )
    ),
)
ARTICLES = st.builds(
    Article,
    key=KEYS,
    copy_key=KEYS,
    feed_key=st.just(a_feed().key),
    entry=ENTRIES,
    decision=DECISIONS,
    other_decisions=st.lists(DECISIONS, max_size=2).map(tuple),
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
    quiet=optional(st.builds(QuietHours, start=MINUTES, end=MINUTES)),
    budget=optional(st.integers(1, 1_000)),
    group=st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    empty=st.booleans(),
)
TIMES_OF_DAY = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))
TIME_INTERVALS = st.builds(
    TimeInterval,
    months=st.frozensets(st.integers(1, 12)),
    days=st.lists(st.tuples(st.integers(1, 15), st.integers(15, 31)), max_size=3).map(tuple),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    times=st.lists(
        st.tuples(TIMES_OF_DAY, TIMES_OF_DAY).filter(lambda times: times[0] != times[1]), max_size=3
    ).map(tuple),
    zone=st.sampled_from(["UTC", "Asia/Seoul"]),
)
SILENCES = st.builds(
    Silence,
    key=KEYS,
    subscription_key=optional(KEYS),
    feed_key=optional(KEYS),
    theme=optional(TEXT.filter(bool)),
    term=optional(TEXT.filter(bool)),
    every=optional(TIME_INTERVALS),
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
    topics=WORDS.map(frozenset),
    themes=WORDS.map(frozenset),
    languages=WORDS.map(frozenset),
    feeds=st.frozensets(KEYS, max_size=3),
    min_score=CHANCES,
    about=st.frozensets(st.sampled_from(About)),
    cadence=st.just(AT_ONCE) | CADENCES,
    repeat=st.sampled_from(Repeat),
    tier=st.sampled_from(WantedTier),
    link_version=st.integers(0, 2**31 - 1),
    filter=optional(st.sampled_from(["theme:arms -lang:ru", "feed:wire", "a b OR c"])).map(
        lambda text: stored_filter(text) if text else None
    ),
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
    assert ExportedArticle.of(article) in filled.articles.exported(article.seen_at)


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
    st.builds(SubscriptionConfirm, url=TEXT, until=optional(INSTANTS)),
    st.builds(SubscriptionChanged, changes=WORDS.map(tuple), undo_url=TEXT, at=optional(SECONDS)),
    st.builds(SubscriptionDisabled, name=TEXT, reason=TEXT, at=optional(SECONDS)),
    st.builds(
        ServiceStateChanged,
        mended=st.tuples(st.builds(ServiceCondition, name=TEXT, sentence=TEXT)),
    ),
    st.builds(FeedStateChanged, counts=st.dictionaries(KEYS, st.integers(0, 9), max_size=3)),
    st.builds(CoverageReady, date=optional(st.dates()), since=optional(SECONDS), sentence=TEXT),
    st.builds(
        DigestReady,
        until=optional(SECONDS),
        budget=optional(st.integers(1, 99)),
        silences=st.tuples(
            st.builds(
                DigestSilence, key=KEYS, reason=TEXT, until=optional(SECONDS), articles=st.just(2)
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
        held_for=optional(st.sampled_from(HoldReason)),
        digest_key=optional(KEYS),
        silenced_by=optional(KEYS),
        last_error=optional(TEXT),
    )
)
def test_an_alert(filled: Store, alert: Alert) -> None:
    filled.subscriptions.add(a_subscription())
    articles = [an_article(str(number)) for number in range(3)]
    filled.commit([a_poll(a_feed(), *articles, alerts=(alert,))])
    alerts = filled.outbox.list(limit=10_000, subscription=a_subscription().key)
    (stored,) = [row for row in alerts if row.key == alert.key]
    assert stored == replace(alert, article_keys=tuple(alert.article_keys))


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
