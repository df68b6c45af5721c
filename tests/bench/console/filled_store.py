"""A database of a service that has run for a month: articles, decisions, alerts, attempts, marks.

Everything is stored by the calls that the service uses, so indexes and strips are as they would be.
A seed determines it all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from monitor.domain.alerts import Alert, AlertState, Attempt, ChannelKind, Outcome, Subscription
from monitor.domain.articles import Article, Decision, DecisionReason, Mark
from monitor.domain.feeds import Entry, Feed, FeedState, PollState
from monitor.domain.keys import key_of
from monitor.domain.reasons import DeliveryReason
from monitor.store.repositories.outbox import RecordedAttempt
from monitor.store.store import Store
from tests.bench.words import TEXTS, TOPIC
from tests.store.builders import a_poll

DAYS = 30
FLAGGED_SHARE = 0.05
THEMES = (
    "troops", "labour", "arms", "treaty", "sanctions", "economy", "technology", "regional",
)  # fmt: skip
_GROUP = 8  # articles of one poll
_POLLS = 125  # of one commit
_MARKED = 400
_WORDS = 60  # of a text: about 480 characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What to fill a database with."""

    articles: int
    until: datetime
    feeds: int = 500
    seed: int = 1
    addresses: tuple[str, ...] = ()  # of the feeds; empty: addresses that nobody serves
    pack: str = "dprk-russia@bench"  # that decided; one in use makes the decisions those in force
    config: str = "bench"  # digest of the settings that decided


def fill(store: Store, filling: Filling, say: Callable[[str], None] = lambda line: None) -> None:
    """Store the feeds, the articles of the last days with their alerts, and some marks."""
    dice = random.Random(filling.seed)
    addresses = filling.addresses or _nowhere(filling.feeds)
    feeds = [_feed(number, url, filling.until) for number, url in enumerate(addresses)]
    store.feeds.add_all(feeds)
    receivers = [_receiver(name, filling.until) for name in ("desk", "archive", "phone")]
    for receiver in receivers:
        store.subscriptions.add(receiver)
    everything = _articles(filling, feeds, dice)
    flagged: list[Article] = []
    stored = 0
    while True:
        group = list(islice(everything, _GROUP * _POLLS))
        if not group:
            break
        flagged += _commit(store, group, feeds, receivers, dice)
        stored += len(group)
        say(f"{stored:,} of {filling.articles:,} articles stored")
    for article in dice.sample(flagged, min(_MARKED, len(flagged))):
        mark = Mark(
            article_key=article.key, relevant=dice.random() < 0.9, marked_at=article.seen_at
        )
        store.marks.add(mark)


def _nowhere(count: int) -> tuple[str, ...]:
    return tuple(f"https://publisher-{number}.example/feed.xml" for number in range(count))


def _feed(number: int, url: str, now: datetime) -> Feed:
    return Feed(
        key=key_of("feed", url),
        url=url,
        title=f"Publisher {number}",
        language=list(TEXTS)[number % len(TEXTS)],
        poll=PollState(due_at=now),
    )


def _receiver(name: str, now: datetime) -> Subscription:
    return Subscription(
        key=key_of("subscription", name),
        name=name,
        channel=ChannelKind.WEBHOOK,
        address=f"https://{name}.example/hook",
        created_at=now - timedelta(days=DAYS),
    )


def _articles(filling: Filling, feeds: list[Feed], dice: random.Random) -> Iterator[Article]:
    """The articles in the order in which they were seen."""
    start = filling.until - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / max(1, filling.articles)
    for number in range(filling.articles):
        feed = feeds[number // _GROUP % len(feeds)]
        new = article(number, feed, start + number * step, dice)
        decided = replace(new.decision, pack=filling.pack, config=filling.config)
        yield replace(new, decision=decided)


def article(number: int, feed: Feed, seen_at: datetime, dice: random.Random) -> Article:
    """One article; one in twenty is about the topic."""
    language = feed.language or "en"
    words = TEXTS[language]
    relevant = dice.random() < FLAGGED_SHARE
    title = " ".join(dice.choices(words, k=8))
    topic = TOPIC[language] if relevant else ""
    text = " ".join([topic, *dice.choices(words, k=_WORDS)]).strip()
    key = key_of("article", feed.key, str(number))
    return Article(
        key=key,
        copy_key=key_of("copy", key),
        feed_key=feed.key,
        alias=key_of("alias", key),
        entry=Entry(
            title=title,
            text=text,
            url=f"https://publisher.example/{number}",
            language=language,
            published_at=seen_at - timedelta(minutes=dice.randrange(1, 120)),
        ),
        decision=_decision(dice, relevant=relevant),
        seen_at=seen_at,
    )


def _decision(dice: random.Random, *, relevant: bool) -> Decision:
    score = 0.5 + dice.random() / 2 if relevant else min(0.499, dice.expovariate(20))
    themes = {slug: dice.random() for slug in THEMES}
    labels = sorted(themes, key=themes.__getitem__, reverse=True)[:2] if relevant else []
    return Decision(
        relevant=relevant,
        reason=DecisionReason.SCORE if relevant else DecisionReason.BELOW,
        score=score,
        pack_score=score,
        threshold=0.5,
        themes=themes,
        labels=tuple(labels),
        pack="dprk-russia@bench",
        config="bench",
    )


def _commit(
    store: Store,
    group: list[Article],
    feeds: list[Feed],
    receivers: list[Subscription],
    dice: random.Random,
) -> list[Article]:
    """Store these articles as polls, and the alerts of those that are relevant."""
    by_key = {feed.key: feed for feed in feeds}
    polls: dict[str, list[Article]] = {}
    for new in group:
        polls.setdefault(new.feed_key, []).append(new)
    alerts: dict[str, list[Alert]] = {}
    for new in group:
        if new.decision.relevant:
            alerts.setdefault(new.feed_key, []).extend(
                _alert(new, receiver, dice) for receiver in receivers[: dice.randrange(1, 4)]
            )
    results = []
    for key, articles in polls.items():
        poll = a_poll(by_key[key], *articles, at=articles[-1].seen_at)
        state = FeedState.FAILING if dice.random() < 0.02 else FeedState.OK
        due_at = articles[-1].seen_at + timedelta(minutes=30)
        poll = replace(poll, state=replace(poll.state, state=state, due_at=due_at))
        results.append(replace(poll, alerts=tuple(alerts.get(key, ()))))
    store.commit(results)
    attempts: list[RecordedAttempt] = []
    for alerts_of_feed in alerts.values():
        attempts += map(_attempt, alerts_of_feed)
    store.outbox.record_all(attempts)
    return [new for new in group if new.decision.relevant]


def _alert(new: Article, receiver: Subscription, dice: random.Random) -> Alert:
    """Nearly all were sent; some wait, and a few were given up."""
    draw = dice.random()
    state = AlertState.SENT
    if draw > 0.99:
        state = AlertState.DEAD if draw > 0.995 else AlertState.PENDING
    return Alert(
        key=key_of("alert", receiver.key, new.copy_key),
        subscription_key=receiver.key,
        article_keys=(new.key,),
        created_at=new.seen_at + timedelta(milliseconds=dice.randrange(50, 2_000)),
        due_at=new.seen_at,
        state=state,
    )


def _attempt(alert: Alert) -> RecordedAttempt:
    sent = alert.state is AlertState.SENT
    return RecordedAttempt(
        attempt=Attempt(
            alert_key=alert.key,
            number=1,
            at=alert.created_at + timedelta(seconds=1),
            took=timedelta(milliseconds=120),
            outcome=Outcome.SENT if sent else Outcome.DEAD,
            reason=DeliveryReason.ACCEPTED if sent else DeliveryReason.STATUS,
            detail="200 OK" if sent else "500",
        ),
        token=key_of("attempt", alert.key)[:32],
        due_at=None,
    )
