"""Poll and delivery contexts for tests: fakes at the ports, and a real store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.alerts import ChannelKind, PollResult, Subscription
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import ClaimedFeed, Feed, Fetched, Parsed
from monitor.domain.ports import Classifier
from monitor.domain.reasons import FeedReason
from monitor.pipeline import poll
from monitor.pipeline.deliver import DeliveryContext
from monitor.pipeline.group_commit import GroupCommit
from monitor.pipeline.memory.article_memory import ArticleMemory
from monitor.pipeline.poll_context import Current, LiveSettings, PollContext, Topic
from monitor.store.store import Store
from tests.fakes import (
    BOUNDS,
    NOW,
    FakeClassifier,
    FakeFetcher,
    FakeParser,
    entry,
    feed,
    fetched,
    subscription,
)

T = TypeVar("T")
FAKE_CLASSIFIER, NO_RULES = FakeClassifier(), KeywordRules([], themes=())
LATER = NOW + timedelta(hours=1)
OLD, NEW = entry("Sappers train near Kursk"), entry("Sappers leave for Kursk")
DOCUMENTS = {
    "one": Parsed(title="F", entries=(OLD,)),
    "two": Parsed(title="F", entries=(NEW, OLD)),
    "dull": Parsed(title="F", entries=(entry("Rain on Sunday"), OLD)),
    "cut": Parsed(title="F", entries=(NEW, OLD), damage="the document ends early"),
    "none": Parsed(title="F"),
    "html": ParseError(FeedReason.NOT_A_FEED, "a page"),
}


async def at_once(call: Callable[[], T], /) -> T:
    return call()


def live_settings(
    *,
    classifier: Classifier | None = FAKE_CLASSIFIER,
    rules: KeywordRules = NO_RULES,
    memory: ArticleMemory | None = None,
    **changes: object,
) -> LiveSettings:
    """The live settings of one topic."""
    topic = Topic(classifier=classifier, rules=rules, memory=memory)
    settings = LiveSettings(topics=(topic,), config="c0", intervals=BOUNDS)
    return replace(settings, **changes)


def poll_context(store: Store, **answers: list[Fetched | FetchError]) -> PollContext:
    return PollContext(
        store=store,
        run_in_store=at_once,
        fetcher=FakeFetcher(**answers),
        parser=FakeParser(**DOCUMENTS),
        live=Current(live_settings()),
        connections=asyncio.Semaphore(10),
    )


def delivery_context(store: Store, channel: object, **changes: object) -> DeliveryContext:
    context = DeliveryContext(
        store=store,
        run_in_store=at_once,
        channels={ChannelKind.WEBHOOK: channel, ChannelKind.EMAIL: channel},
        topic="test",
        theme_titles={"labour": "Labour", "troops": "Troops"},
        attempts=GroupCommit(lambda recorded: at_once(lambda: store.outbox.record_all(recorded))),
        batch=100,
        per_subscription=10,
        lease=timedelta(minutes=1),
    )
    return replace(context, **changes)


def claimed(store: Store, *keys: str, at: datetime = NOW) -> list[ClaimedFeed]:
    """Claim these feeds, or all, due or not."""
    only = keys or None
    return store.feeds.claim(at, limit=10_000, lease=timedelta(hours=1), only=only, due_only=False)


async def poll_results(
    claims: Sequence[ClaimedFeed], now: datetime, context: PollContext, **options: bool
) -> list[PollResult]:
    """Poll these feeds; the results as they were committed."""
    results: list[PollResult] = []
    await poll.poll(claims, now, context, on_commit=results.extend, **options)
    return results


def watched(store: Store, *feeds: Feed, subscriptions: tuple[Subscription, ...] = ()) -> None:
    """Add these feeds and subscriptions; without any, one of each."""
    store.feeds.add_all(feeds or (feed(),))
    for asking in subscriptions or (subscription(),):
        store.subscriptions.add(asking)


async def polled(store: Store, *bodies: str, at=NOW, **options: bool) -> None:
    """Poll the feed `f` once for each body, an hour apart."""
    for number, body in enumerate(bodies):
        now = at + number * timedelta(hours=1)
        context = poll_context(store, f=[fetched(body)])
        await poll.poll(claimed(store, "f", at=now), now, context, **options)


async def alerted(store: Store) -> None:
    """Make one pending alert: the feed was read before, and has a new article."""
    watched(store)
    await polled(store, "one", "two")


async def many_alerts(store: Store, *subscriptions: Subscription) -> None:
    """Make five pending alerts for each subscription."""
    watched(store, subscriptions=subscriptions)
    await polled(store, "none")
    stories = tuple(entry(f"Kursk story {number}") for number in range(5))
    context = replace(
        poll_context(store, f=[fetched("many")]), parser=FakeParser(many=Parsed(entries=stories))
    )
    await poll.poll(claimed(store, "f"), NOW, context)
