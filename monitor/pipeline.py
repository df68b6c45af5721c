"""The whole service on one page.

    feeds that are due → fetch → parse → new? → judge → decide → match ─┐ ONE transaction:
    poll state + articles + decisions + alerts  ◄───────────────────────┘ all or nothing
    alerts that are due → render → send → record                          sent | later | dead

The loop owns the network; store and classifier live in one worker thread (`in_store`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from monitor import failpoints, news
from monitor.alerts import match
from monitor.articles import identity
from monitor.articles.full_text import Page
from monitor.classify.rules import decision
from monitor.classify.rules.keywords import KeywordRules
from monitor.deliver.channels import endpoint_health, retry
from monitor.deliver.messages import disabled, render
from monitor.domain.alerts import (
    Alert,
    Attempt,
    ChannelKind,
    Claim,
    Outcome,
    Polled,
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article
from monitor.domain.errors import DeliveryError, FetchError, ParseError, Unreachable
from monitor.domain.feeds import Feed, Fetched, Habit, Parsed, PollState
from monitor.domain.ports import Channel, Classifier, Fetcher, InStore, Parser
from monitor.domain.reasons import DeliveryReason, FeedReason
from monitor.failpoints import Point
from monitor.lease import Lease
from monitor.ledger import Ledger
from monitor.polling import next_poll, poll_state, redirects, staleness
from monitor.store.repositories.outbox import Tried
from monitor.store.store import Store

log = logging.getLogger(__name__)

GROUP = 50  # answers judged and committed together; more only delays the first alert
GROUP_ENTRIES = 1_000  # of all of them; one document may have more


async def _no_pages(*_: Feed | Parsed, **__: object) -> Mapping[str, Page]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsdesk:
    """What a round of polling works with; `app` puts it together."""

    store: Store
    in_store: InStore
    fetcher: Fetcher
    parser: Parser
    classifier: Classifier
    rules: KeywordRules
    config: str  # digest of the settings that decide
    bounds: next_poll.Bounds  # of the pace
    connections: asyncio.Semaphore  # how many feeds are asked at the same time
    pages: Callable[..., Awaitable[Mapping[str, Page]]] = _no_pages  # of what is new: `PageDesk`
    lease: timedelta = timedelta(minutes=1)  # of the feeds that are being asked
    quiet: staleness.Bounds = staleness.BOUNDS  # how long a feed may be
    live: Callable[[Newsdesk], Newsdesk] = lambda desk: desk  # what settings made of it since


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """What a round of delivering works with; `app` puts it together."""

    store: Store
    in_store: InStore
    channels: Mapping[ChannelKind, Channel]
    topic: str
    theme_titles: Mapping[str, str]
    ledger: Ledger[Tried]  # where attempts are written down
    batch: int  # alerts taken at once
    per_subscription: int  # of those, for one subscription
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """One feed's answer: a document, "nothing new" (parsed is None), or an error."""

    feed: Feed
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    pages: Mapping[str, Page] = field(default_factory=dict)  # of new articles, by key
    error: FetchError | ParseError | None = None

    @property
    def document(self) -> news.Document:
        """As far as it is about articles."""
        return news.Document(feed=self.feed, parsed=self.parsed or Parsed(), pages=self.pages)


# ── poll ─────────────────────────────────────────────────────────────────────────────────────────


async def poll(
    feeds: Sequence[Feed],
    now: datetime,
    desk: Newsdesk,
    *,
    alert_backlog: bool = False,
    settled: Callable[[Sequence[Polled]], None] = lambda polled: None,
) -> list[Polled]:
    """Ask each feed once; keep what is new; promise the alerts.

    Answers are committed in groups as they come, each feed's whole, and `settled` is told: a slow
    publisher delays nobody else.  Nothing a publisher sends makes this raise; a StoreError does.
    What is returned is for counting: the texts of articles are in the store, and left out.
    """
    answers: asyncio.Queue[Collected] = asyncio.Queue(GROUP)
    asked: list[asyncio.Future[None]] = []
    polled: list[Polled] = []
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    ours = Lease(
        {feed.key: feed for feed in feeds},
        lambda keys, until: desk.in_store(partial(desk.store.feeds.extend, keys, until)),
        clock=clock,
        lasts=desk.lease,
    )
    try:
        read = [feed.key for feed in feeds if feed.poll.first_ok_at]
        memories = await desk.in_store(partial(desk.store.feeds.memories, read)) if read else {}
        told = replace(desk, pages=partial(desk.pages, now=now, alert_backlog=alert_backlog))
        asked += [
            asyncio.ensure_future(_collect(feed, memories.get(feed.key, b""), told, answers))
            for feed in feeds
        ]
        async with ours:
            while len(polled) < len(feeds):
                group = [await answers.get()]
                while not answers.empty() and _has_room(group):
                    group.append(answers.get_nowait())
                judge = partial(settle, group, now, desk.live(desk), alert_backlog, clock)
                kept = await desk.in_store(judge)
                for one in kept:
                    ours.done(one.feed_key)
                polled += map(news.in_short, kept)
                settled(kept)
                del group, judge  # nor are documents held while the next are waited for
    finally:
        for task in asked:
            task.cancel()
        if unread := ours.tokens:  # told to stop: what was not read is free again
            await asyncio.shield(desk.in_store(partial(desk.store.feeds.release, unread)))
    return polled


async def _collect(
    feed: Feed, memory: bytes, desk: Newsdesk, answers: asyncio.Queue[Collected]
) -> None:
    """Fetch and parse one feed; whatever happens, put exactly one answer."""
    async with desk.connections:  # until it is put: what waits to be read or judged costs memory
        answer = await _answer(feed, memory, desk)
        if not (feed.fulltext and answer.parsed):
            return await answers.put(answer)
    pages = await desk.pages(feed, answer.parsed)  # which need places themselves
    return await answers.put(replace(answer, pages=pages))


async def _answer(feed: Feed, memory: bytes, desk: Newsdesk) -> Collected:
    """What the publisher says, read; whatever it is, this does not raise."""
    try:
        fetched = await desk.fetcher.fetch(feed)
        failpoints.here(Point.FETCHED)
        if fetched.body is None or poll_state.is_same_body(feed, fetched):
            return Collected(feed=feed, fetched=fetched)
        parsed = await desk.parser.parse(fetched, memory)
        return Collected(feed=feed, fetched=fetched, parsed=parsed)
    except (FetchError, ParseError) as error:
        return Collected(feed=feed, error=error.with_traceback(None))  # which holds the document
    except Exception as error:  # a loop edge: one feed harms only itself
        log.exception("poll.crashed", extra={"feed": feed.url})
        return Collected(feed=feed, error=FetchError(FeedReason.CRASH, repr(error)))


def _has_room(group: Sequence[Collected]) -> bool:
    """For one more answer."""
    entries = sum(len(answer.parsed.entries) for answer in group if answer.parsed)
    return len(group) < GROUP and entries < GROUP_ENTRIES


def settle(
    group: Sequence[Collected],
    now: datetime,
    desk: Newsdesk,
    alert_backlog: bool,
    clock: Callable[[], datetime],
) -> list[Polled]:
    """Judge what is new or edited in these answers and commit all that they changed."""
    finds = news.finds([answer.document for answer in group], desk.store.articles, now)
    entries = [find.entry for found in finds for find in found]
    verdicts = iter(desk.classifier.judge(entries) if entries else ())
    promised = _promising(desk, now) if entries else partial(match.alerts, subscriptions=())
    polled = []
    for answer, found in zip(group, finds, strict=True):
        judged = [
            identity.article(
                find,
                answer.feed,
                decision.decide(next(verdicts), desk.rules.hits(find.entry), config=desk.config),
                now,
                backlog=not alert_backlog and identity.is_backlog(answer.feed, find.entry),
            )
            for find in found
        ]
        before = {find.key: find.before for find in found if find.before}
        new = [one for one in judged if one.key not in before]
        state, habit = _watched(answer, new, now, desk)
        parsed = answer.document.parsed
        polled.append(
            Polled(
                feed_key=answer.feed.key,
                at=now,
                state=state,
                url=redirects.new_address(state, now),
                habit=habit if new else None,
                title=parsed.title,
                language=parsed.language,
                entries=len(parsed.entries),
                articles=tuple(new),
                edited=tuple(article for article in judged if article.key in before),
                alerts=promised((a for a in judged if not a.backlog), before=before),
                memory=parsed.memory,
            )
        )
    return _kept(match.promised_at(clock(), polled), desk)


def _watched(
    answer: Collected, new: Sequence[Article], now: datetime, desk: Newsdesk
) -> tuple[PollState, Habit]:
    """How the feed does after this answer, when it is asked next, and how it publishes."""
    feed = answer.feed
    habit = staleness.learned(feed.habit, staleness.instants(new, feed.habit))
    state = poll_state.next_state(feed, now, answer.fetched, answer.parsed, answer.error)
    state = staleness.judged(feed.poll, state, habit, now, desk.quiet)
    return poll_state.planned(feed, state, now, desk.bounds, [one.entry for one in new]), habit


def _kept(polled: Sequence[Polled], desk: Newsdesk) -> list[Polled]:
    failpoints.here(Point.JUDGED)
    kept = desk.store.commit(polled)
    failpoints.here(Point.COMMITTED)
    return kept


def _promising(desk: Newsdesk, now: datetime) -> Callable[..., tuple[Alert, ...]]:
    """Who asks for what just now, and what is silenced: makes alerts of articles."""
    silences = desk.store.silences.list(until_after=now)
    return partial(match.alerts, subscriptions=desk.store.subscriptions.list(), silences=silences)


# ── deliver ──────────────────────────────────────────────────────────────────────────────────────


async def deliver(now: datetime, room: Mailroom) -> list[Attempt]:
    """One round: send every alert that is due, endpoints side by side."""
    groups = await claim(now, room)
    told = await asyncio.gather(*(tell(group, lambda: now, room) for group in groups))
    return [attempt for attempts in told for attempt in attempts]


async def claim(now: datetime, room: Mailroom, busy: Collection[str] = ()) -> list[list[Claim]]:
    """Lease the alerts that are due, grouped by subscription; those in `busy` are left.

    First what was held until now becomes messages, and what is due in quiet hours is put off.
    """
    await room.in_store(partial(room.store.held.seal_due, now))
    claims = await room.in_store(
        lambda: room.store.outbox.claim(
            now,
            limit=room.batch,
            per_subscription=room.per_subscription,
            lease=room.lease,
            exclude=busy,
        )
    )
    if claims:
        failpoints.here(Point.CLAIMED)
    groups: dict[str, list[Claim]] = {}
    for claimed in claims:
        groups.setdefault(claimed.subscription.key, []).append(claimed)
    return list(groups.values())


async def tell(
    claims: Sequence[Claim],
    clock: Callable[[], datetime],
    room: Mailroom,
    *,
    go_on: Callable[[], bool] = lambda: True,
) -> list[Attempt]:
    """Send one subscription's alerts, one after another while `go_on`, and record how each went.

    When the receiver itself is out it rests for a while, and what waits for it is given back, its
    tries uncounted: a dead one costs one call a rest, not one for each alert.
    """
    attempts: list[Attempt] = []
    subscription, gone = claims[0].subscription, None
    health = subscription.health
    async with Lease(
        {claimed.token: claimed for claimed in claims},
        lambda tokens, until: room.in_store(partial(room.store.outbox.extend, tokens, until)),
        clock=clock,
        lasts=room.lease,
    ) as ours:
        try:
            while go_on() and (claimed := await ours.next()):
                attempt, due_at, error = await _send(claimed, clock(), room)
                ours.done(claimed.token)  # from here on it is recorded, not given back
                await _record(claimed, attempt, due_at, room)
                attempts.append(attempt)
                health = endpoint_health.after(health, error, attempt.at, due_at)
                gone = endpoint_health.given_up(subscription, health, error, attempt.at)
                if gone or health.rests_until:
                    break
        finally:  # also when this process is told to stop: what was not tried is free again
            after = replace(subscription, health=health)
            if ours.tokens or health != subscription.health:
                leave = partial(_leave, after, gone, ours.tokens, clock(), room)
                await asyncio.shield(room.in_store(leave))
    return attempts


def _leave(
    told: Subscription, gone: str | None, waiting: Collection[str], now: datetime, room: Mailroom
) -> None:
    """Keep how the receiver does, then give back what was not tried."""
    subscriptions = room.store.subscriptions
    subscriptions.set_health(told.key, told.health)
    if gone:
        log.error("subscription.disabled", extra={"of": told.key, "reason": gone})
        room.store.outbox.promise(disabled.notices(told, gone, subscriptions.list(), now))
        subscriptions.set_state(told.key, SubscriptionState.DISABLED, gone)
    room.store.outbox.release(waiting)


async def _send(
    claimed: Claim, now: datetime, room: Mailroom
) -> tuple[Attempt, datetime | None, DeliveryError | None]:
    """One try: the attempt, when the next one is due, and the error if there was one."""
    started = time.monotonic()
    error: DeliveryError | None = None
    detail, subscription = "", claimed.subscription
    try:
        message = render.message(claimed, topic=room.topic, theme_titles=room.theme_titles)
        failpoints.here(Point.SENDING)
        detail = await room.channels[subscription.channel].send(message, subscription, now)
        failpoints.here(Point.SENT)
    except DeliveryError as failed:
        error = failed
    except Exception as failed:  # a loop edge: one alert harms only itself
        log.exception("deliver.crashed", extra={"alert": claimed.alert.key})
        error = Unreachable(DeliveryReason.INTERNAL, repr(failed))
    tries = claimed.alert.attempts + 1
    due_at = retry.next_try(claimed, tries, error, now)
    outcome = Outcome.SENT if error is None else Outcome.LATER if due_at else Outcome.DEAD
    attempt = Attempt(
        alert_key=claimed.alert.key,
        number=tries,
        at=now,
        took=timedelta(seconds=time.monotonic() - started),
        outcome=outcome,
        reason=error.reason if error else DeliveryReason.ACCEPTED,
        detail=error.detail if error else detail,
    )
    return attempt, due_at, error


async def _record(
    claimed: Claim, attempt: Attempt, due_at: datetime | None, room: Mailroom
) -> None:
    tried = Tried(attempt=attempt, token=claimed.token, due_at=due_at)
    if not await room.ledger.keep(tried):
        log.warning("deliver.fenced_off", extra={"alert": attempt.alert_key})
    failpoints.here(Point.RECORDED)
