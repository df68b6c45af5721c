"""Poll: ask the feeds that are due, keep what is new, decide, and commit the alerts with it.

    feeds that are due → fetch → parse → new? → judge → decide → match ─┐ ONE transaction:
    poll state + articles + decisions + alerts  ◄───────────────────────┘ all or nothing

The loop owns the network; store and classifier live in one worker thread (`run_in_store`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from monitor import failpoints
from monitor.alerts import match
from monitor.articles import identity
from monitor.articles.full_text import Page
from monitor.classify.rules import decision
from monitor.classify.rules.keywords import KeywordRules
from monitor.domain.alerts import (
    Alert,
    PollResult,
)
from monitor.domain.articles import Article
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import ClaimedFeed, Feed, Fetched, Parsed, PollState, PublishingHistory
from monitor.domain.ports import Classifier, Fetcher, Parser, RunInStore
from monitor.domain.reasons import FeedReason
from monitor.failpoints import Point
from monitor.pipeline import new_entries
from monitor.pipeline.lease_renewal import LeaseRenewer
from monitor.polling import next_poll, poll_state, redirects, staleness
from monitor.store.store import Store

log = logging.getLogger(__name__)


GROUP = 50  # answers judged and committed together; more only delays the first alert


GROUP_ENTRIES = 1_000  # of all of them; one document may have more


async def _no_pages(*_: Feed | Parsed, **__: object) -> Mapping[str, Page]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollContext:
    """What a round of polling works with; `app` puts it together."""

    store: Store
    run_in_store: RunInStore
    fetcher: Fetcher
    parser: Parser
    classifier: Classifier
    rules: KeywordRules
    config: str  # digest of the settings that decide
    bounds: next_poll.PollIntervals  # of the pace
    connections: asyncio.Semaphore  # how many feeds are asked at the same time
    pages: Callable[..., Awaitable[Mapping[str, Page]]] = (
        _no_pages  # of what is new: `FullTextStage`
    )
    lease: timedelta = timedelta(minutes=1)  # of the feeds that are being asked
    quiet: staleness.StalenessLimits = staleness.DEFAULT_LIMITS  # how long a feed may be
    live: Callable[[PollContext], PollContext] = lambda context: (
        context
    )  # what settings made of it since


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer:
    """One feed's answer: a document, "nothing new" (parsed is None), or an error."""

    claimed: ClaimedFeed
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    pages: Mapping[str, Page] = field(default_factory=dict)  # of new articles, by key
    error: FetchError | ParseError | None = None

    @property
    def feed(self) -> Feed:
        return self.claimed.feed

    @property
    def document(self) -> new_entries.Document:
        """As far as it is about articles."""
        return new_entries.Document(
            feed=self.feed, parsed=self.parsed or Parsed(), pages=self.pages
        )


async def poll(
    claimed: Sequence[ClaimedFeed],
    now: datetime,
    context: PollContext,
    *,
    alert_backlog: bool = False,
    settled: Callable[[Sequence[PollResult]], None] = lambda polled: None,
) -> list[PollResult]:
    """Ask each of these feeds once; keep what is new; promise the alerts.

    Answers are committed in groups as they come, each feed's whole, and `settled` is told: a slow
    publisher delays nobody else.  Nothing a publisher sends makes this raise; a StoreError does.
    What is returned is for counting: the texts of articles are in the store, and left out.
    """
    answers: asyncio.Queue[FeedAnswer] = asyncio.Queue(GROUP)
    asked: list[asyncio.Future[None]] = []
    polled: list[PollResult] = []
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    leases = LeaseRenewer(
        claimed,
        lambda pending, until: context.run_in_store(
            partial(context.store.feeds.extend, pending, until)
        ),
        clock=clock,
        lease=context.lease,
    )
    try:
        read = [claim.feed.key for claim in claimed if claim.feed.poll.first_ok_at]
        memories = (
            await context.run_in_store(partial(context.store.feeds.memories, read)) if read else {}
        )
        told = replace(context, pages=partial(context.pages, now=now, alert_backlog=alert_backlog))
        asked += [
            asyncio.ensure_future(_collect(claim, memories.get(claim.feed.key, b""), told, answers))
            for claim in claimed
        ]
        async with leases:
            while len(polled) < len(claimed):
                group = [await answers.get()]
                while not answers.empty() and _has_room(group):
                    group.append(answers.get_nowait())
                judge = partial(
                    judge_and_commit, group, now, context.live(context), alert_backlog, clock
                )
                kept = await context.run_in_store(judge)
                for answer in group:
                    leases.done(answer.claimed.token)
                polled += map(new_entries.in_short, kept)
                settled(kept)
                del group, judge  # nor are documents held while the next are waited for
    finally:
        for task in asked:
            task.cancel()
        # On shutdown, release the feeds that are not processed yet.
        if unread := leases.pending:
            await asyncio.shield(context.run_in_store(partial(context.store.feeds.release, unread)))
    return polled


async def _collect(
    claimed: ClaimedFeed, memory: bytes, context: PollContext, answers: asyncio.Queue[FeedAnswer]
) -> None:
    """Fetch and parse one feed; whatever happens, put exactly one answer."""
    feed = claimed.feed
    async with context.connections:  # until it is put: what waits to be read or judged costs memory
        answer = await _answer(claimed, memory, context)
        if not (feed.fulltext and answer.parsed):
            return await answers.put(answer)
    pages = await context.pages(feed, answer.parsed)  # which need places themselves
    return await answers.put(replace(answer, pages=pages))


async def _answer(claimed: ClaimedFeed, memory: bytes, context: PollContext) -> FeedAnswer:
    """What the publisher says, read; whatever it is, this does not raise."""
    feed = claimed.feed
    try:
        fetched = await context.fetcher.fetch(feed)
        failpoints.hit(Point.FETCHED)
        if fetched.body is None or poll_state.is_same_body(feed, fetched):
            return FeedAnswer(claimed=claimed, fetched=fetched)
        parsed = await context.parser.parse(fetched, memory)
        return FeedAnswer(claimed=claimed, fetched=fetched, parsed=parsed)
    except (FetchError, ParseError) as error:
        return FeedAnswer(
            claimed=claimed, error=error.with_traceback(None)
        )  # which holds the document
    except Exception as error:  # a loop edge: one feed harms only itself
        log.exception("poll.crashed", extra={"feed": feed.url})
        return FeedAnswer(claimed=claimed, error=FetchError(FeedReason.CRASH, repr(error)))


def _has_room(group: Sequence[FeedAnswer]) -> bool:
    """For one more answer."""
    entries = sum(len(answer.parsed.entries) for answer in group if answer.parsed)
    return len(group) < GROUP and entries < GROUP_ENTRIES


def judge_and_commit(
    group: Sequence[FeedAnswer],
    now: datetime,
    context: PollContext,
    alert_backlog: bool,
    clock: Callable[[], datetime],
) -> list[PollResult]:
    """Judge what is new or edited in these answers and commit all that they changed."""
    finds = new_entries.finds([answer.document for answer in group], context.store.articles, now)
    entries = [find.entry for found in finds for find in found]
    verdicts = iter(context.classifier.judge(entries) if entries else ())
    promised = _promising(context, now) if entries else partial(match.alerts, subscriptions=())
    polled = []
    for answer, found in zip(group, finds, strict=True):
        judged = [
            identity.article_from(
                find,
                answer.feed,
                decision.decide(
                    next(verdicts), context.rules.hits(find.entry), config=context.config
                ),
                now,
                backlog=not alert_backlog and identity.is_backlog(answer.feed, find.entry),
            )
            for find in found
        ]
        before = {find.key: find.before for find in found if find.before}
        new = [one for one in judged if one.key not in before]
        state, history = _watched(answer, new, now, context)
        parsed = answer.document.parsed
        polled.append(
            PollResult(
                feed_key=answer.feed.key,
                token=answer.claimed.token,
                at=now,
                state=state,
                url=redirects.new_address(state, now),
                history=history if new else None,
                title=parsed.title,
                language=parsed.language,
                entries=len(parsed.entries),
                articles=tuple(new),
                edited=tuple(article for article in judged if article.key in before),
                alerts=promised((a for a in judged if not a.backlog), before=before),
                memory=parsed.memory,
            )
        )
    return _kept(match.with_decision_time(clock(), polled), context)


def _watched(
    answer: FeedAnswer, new: Sequence[Article], now: datetime, context: PollContext
) -> tuple[PollState, PublishingHistory]:
    """How the feed does after this answer, when it is asked next, and how it publishes."""
    feed = answer.feed
    history = staleness.updated_history(
        feed.history, staleness.publication_times(new, feed.history)
    )
    state = poll_state.next_state(feed, now, answer.fetched, answer.parsed, answer.error)
    state = staleness.with_staleness(feed.poll, state, history, now, context.quiet)
    return poll_state.with_next_poll(
        feed, state, now, context.bounds, [one.entry for one in new]
    ), history


def _kept(polled: Sequence[PollResult], context: PollContext) -> list[PollResult]:
    failpoints.hit(Point.JUDGED)
    kept = context.store.commit(polled)
    failpoints.hit(Point.COMMITTED)
    return kept


def _promising(context: PollContext, now: datetime) -> Callable[..., tuple[Alert, ...]]:
    """Who asks for what just now, and what is silenced: makes alerts of articles."""
    silences = context.store.silences.list(until_after=now)
    return partial(
        match.alerts, subscriptions=context.store.subscriptions.list(), silences=silences
    )
