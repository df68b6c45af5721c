"""The composition root: picks the adapters and builds the contexts that rounds work with."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor.domain.alerts import PollCounts
from monitor.domain.errors import ConfigError
from monitor.domain.ports import GiveWay, never_wait
from monitor.runtime import process_memory, topic_pack, topics, transports
from monitor.runtime.late_pack import LatePack
from monitor.runtime.outgoing import open_session, user_agent

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from aiohttp import ClientSession

    from monitor.classify.packs.pack import Pack
    from monitor.domain.ports import Classifier, Fetcher, Pages, Parser
    from monitor.pipeline.deliver import DeliveryContext
    from monitor.pipeline.grouping.story_grouping import StoryGrouping
    from monitor.pipeline.health_checks import HeartbeatPort
    from monitor.pipeline.poll_context import LiveSettings, PollContext
    from monitor.pipeline.websub_round import WebSubContext
    from monitor.polling.next_poll import PollIntervals
    from monitor.runtime.service import Round, Ticks
    from monitor.settings.sections import Settings
    from monitor.store.commit.clock_correction import ClockLimits
    from monitor.store.database.stored_states import Pruned
    from monitor.store.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)

# Feeds polled at the same time: enough that slow publishers never hold up the others.
FEEDS_AT_ONCE = 400
# At the end, for attempts that were made and are not stored yet: a commit takes milliseconds.
LAST_ATTEMPTS = timedelta(seconds=1)


class StoreThread:
    """The one thread that owns the store and the classifier."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        import asyncio

        return asyncio.get_running_loop().run_in_executor(self._pool, call)

    def close(self) -> None:
        self._pool.shutdown(wait=True)


def sqlite_file(settings: Settings) -> Path | None:
    """The file of a SQLite database; None for one in memory, and for PostgreSQL.

    Raise ConfigError for an address of no known database, with the place that set it.
    """
    from monitor.store.database import engine

    try:
        return engine.sqlite_file(engine.read_url(settings.database_url))
    except ConfigError as error:
        raise settings.fault("database", "url", str(error)) from None


def open_store(
    settings: Settings,
    *,
    upgrade: bool | None = None,
    cache_mb: int | None = None,
    patience: timedelta | None = None,
) -> Store:
    """Open the database that the settings name.

    `cache_mb` megabytes of a SQLite file stay in memory, by default as many as a poll needs.
    Raise StoreError.  Calls wait up to `patience` for a lock, or for a server that restarts.
    """
    from monitor.store.database.transactions import CACHE_MB
    from monitor.store.store import PATIENCE, Store

    process_memory.start_collection()
    return Store.open(
        settings.database_url,
        upgrade=upgrade,
        cache_mb=CACHE_MB if cache_mb is None else cache_mb,
        patience=PATIENCE if patience is None else patience,
    )


def retention(settings: Settings) -> dict[Pruned, timedelta]:
    """How long each kind is kept, in the order of `Pruned`; those kept for ever are left out."""
    from monitor.store.database.stored_states import Pruned

    lengths = {
        Pruned.ARTICLES: settings.retention.rejected_articles,
        Pruned.TEXTS: settings.retention.rejected_texts,
        Pruned.ATTEMPTS: settings.retention.attempts,
        Pruned.EVENTS: settings.retention.events,
        Pruned.EXPORTS: settings.retention.exports,
    }
    return {kind: length for kind, length in lengths.items() if length is not None}


def classifier(pack: Pack) -> Classifier:
    """The classifier that works with this pack."""
    from monitor.classify.model.linear import LinearClassifier

    return LinearClassifier(pack)


def poll_intervals(settings: Settings) -> PollIntervals:
    """How often a feed may be asked; `poll.every` is always allowed."""
    from monitor.polling.next_poll import PollIntervals

    every, fastest, slowest = settings.poll.every, settings.poll.fastest, settings.poll.slowest
    return PollIntervals(every=every, fastest=min(fastest, every), slowest=max(slowest, every))


def clock_limits(settings: Settings) -> ClockLimits:
    """The longest times that are planned ahead with these settings."""
    from monitor.store.commit.clock_correction import ClockLimits

    lease = max(settings.poll.lease, settings.deliver.lease)
    return ClockLimits(intervals=poll_intervals(settings), lease=lease)


def correct_times(store: Store, settings: Settings, now: datetime) -> None:
    """Make due what a clock that was ahead has planned; log what was.  Raise StoreError."""
    counts = store.correct_times(now, clock_limits(settings)).counts()
    if counts:
        log.warning("clock.times_corrected", extra=counts)


def ticks(settings: Settings) -> Ticks:
    """The intervals of the service's ticks."""
    from monitor.runtime.service import Ticks

    return Ticks(
        poll=settings.poll.tick,
        deliver=settings.deliver.tick,
        feed_lease=settings.poll.lease,
        feeds_at_once=FEEDS_AT_ONCE,
    )


def story_grouping(settings: Settings) -> StoryGrouping | None:
    """The stage that groups stories; None where the topic's pack has no data for it."""
    from monitor.pipeline.grouping.story_grouping import GroupingData, StoryGrouping

    if not topic_pack.has_stories(settings):
        return None

    def load() -> GroupingData:
        stories = topic_pack.load_story_pack(settings)
        return GroupingData(
            stories=stories,
            figures=topic_pack.load_figures(settings),
            encoder=topic_pack.load_story_encoder(settings, stories),
        )

    return StoryGrouping(load, topic_pack.grouped_topic(settings))


def full_text_fault() -> str:
    """Why article pages can't be read: the library that is missing; empty when they can."""
    from monitor.collect.fulltext import fetch_text

    return "" if fetch_text.is_installed() else fetch_text.MISSING


@asynccontextmanager
async def collector(settings: Settings) -> AsyncIterator[tuple[Fetcher, Parser, Pages]]:
    """The fetcher and the parser of feeds, and the reader of article pages."""
    from monitor.collect.fulltext.fetch_text import PageReader
    from monitor.collect.http.fetcher import HttpFetcher
    from monitor.collect.workers.pool import DocumentKind, ParserPool

    poll = settings.poll
    reader = partial(
        ParserPool,
        cpu=poll.parse_cpu,
        memory_bytes=poll.parse_memory_bytes,
        wall=poll.parse_timeout,
    )
    parser, extractor = reader(workers=poll.parsers), reader(workers=1, kind=DocumentKind.PAGES)
    ask = open_session(settings, connections=poll.connections, per_host=poll.per_host)
    async with ask as session:
        fetcher = HttpFetcher(
            session,
            user_agent=user_agent(settings),
            timeout=poll.timeout,
            max_body_bytes=poll.max_body_bytes,
            spacing=poll.spacing,
            own_networks=settings.egress.allow,
        )
        try:
            yield fetcher, parser, PageReader(fetcher, extractor)
        finally:
            await parser.close()
            await extractor.close()


@asynccontextmanager
async def poll_context(
    settings: Settings,
    store: Store,
    run_in_store: StoreThread,
    *,
    packs: Mapping[str, Pack] | None = None,
    give_way: GiveWay = never_wait,
) -> AsyncIterator[PollContext]:
    """What a round of polling needs, closed at the end; `packs` are those in use, by topic."""
    import asyncio

    from monitor.pipeline.full_text_stage import FullTextStage
    from monitor.pipeline.poll_context import Current, PollContext
    from monitor.polling.staleness import StalenessLimits

    live = live_settings(settings, packs or {})
    connections = asyncio.Semaphore(settings.poll.connections)
    async with collector(settings) as (fetcher, parser, pages):
        yield PollContext(
            store=store,
            run_in_store=run_in_store,
            fetcher=fetcher,
            parser=parser,
            live=Current(live),
            connections=connections,
            full_text=FullTextStage(
                articles=store.articles,
                run_in_store=run_in_store,
                pages=pages,
                connections=connections,
                limit=settings.fulltext.pages,
                wait=settings.fulltext.wait,
            ),
            stories=story_grouping(settings),
            lease=settings.poll.lease,
            give_way=give_way,
            staleness=StalenessLimits(
                least=settings.health.silent_least, most=settings.health.silent_most
            ),
        )


@asynccontextmanager
async def websub_context(
    settings: Settings, store: Store, run_in_store: StoreThread
) -> AsyncIterator[WebSubContext]:
    """What a round of WebSub subscriptions needs, closed at the end."""
    from monitor.collect.http.websub_client import HubClient
    from monitor.pipeline import websub_round

    async with open_session(
        settings, connections=websub_round.AT_ONCE, per_host=websub_round.PER_HOST
    ) as session:
        client = HubClient(session, user_agent=user_agent(settings), timeout=settings.poll.timeout)
        url = settings.web.public_url
        yield websub_round.WebSubContext(
            store=store, run_in_store=run_in_store, hubs=client, public_url=url
        )


def live_settings(settings: Settings, packs: Mapping[str, Pack]) -> LiveSettings:
    """What decides by these settings, with these packs by topic: all of it, or a ConfigError.

    A pack that is not given is loaded at the first entry to judge: many rounds find none.
    """
    from monitor.pipeline.memory.article_memory import ArticleMemory
    from monitor.pipeline.poll_context import LiveSettings, Topic

    deciding: list[Topic] = []
    for name, topic in topics.settings_by_topic(settings).items():
        pack = packs.get(name)
        late_pack = LatePack(topic, classifier, topic_pack.as_set(topic, pack) if pack else None)
        rules = topic_pack.keyword_rules(topic, pack or topic_pack.read_card(topic))
        memory = ArticleMemory(late_pack.vectoriser) if topic.topic.memory else None
        deciding.append(Topic(classifier=late_pack, rules=rules, memory=memory))
    return LiveSettings(
        topics=tuple(deciding),
        config=settings.decision_digest,
        intervals=poll_intervals(settings),
    )


def check_rules(settings: Settings) -> None:
    """Check an edit in a process that does not judge.  Raise ConfigError, PackError."""
    for topic in topics.settings_by_topic(settings).values():
        topic_pack.keyword_rules(topic, topic_pack.read_card(topic))


@asynccontextmanager
async def health_rounds(
    settings: Settings,
    store: Store,
    run_in_store: StoreThread,
    fault_checks: Mapping[str, Callable[[], str]],
) -> AsyncIterator[tuple[list[Round], Callable[[Sequence[PollCounts]], None]]]:
    """The rounds of a process that polls: feed notices, service faults, coverage, heartbeat.

    `fault_checks` say by name what is wrong with the service itself: a sentence or nothing.  The
    callable that comes with the rounds is to be called with each group of polls.
    """
    from zoneinfo import ZoneInfo

    from monitor.health.feed_notices import NoticePolicy
    from monitor.pipeline import health_checks
    from monitor.runtime.service import Round

    health = settings.health
    notice_policy = NoticePolicy(
        ill=health.notice_after,
        recovered=health.recovered_after,
        outage=health.outage_after,
        spacing=health.notice_spacing,
    )
    shared = health_checks.HealthChecks(
        store=store,
        run_in_store=run_in_store,
        notice_policy=notice_policy,
        at=health.statement_at,
        zone=ZoneInfo(health.zone),
    )
    minute = timedelta(minutes=1)
    conditions = health_checks.ServiceFaultCheck(
        shared, fault_checks, lasting=health_checks.LASTING
    )
    work = [
        Round(name="watch", every=minute, work=partial(health_checks.check_feeds, shared)),
        Round(name="conditions", every=minute, work=conditions),
        _spike_round(settings, store, run_in_store),
        Round(name="statement", every=minute, work=health_checks.CoverageStatement(shared)),
    ]
    async with open_session(settings, connections=1, per_host=1) as session:
        pulse = health_checks.Heartbeat(_deadman(settings, session))
        if settings.health.deadman_url.get_secret_value():
            work.append(Round(name="deadman", every=minute, work=pulse))
        yield work, pulse.polled


def _spike_round(settings: Settings, store: Store, run_in_store: StoreThread) -> Round:
    from monitor.pipeline.grouping import spike_round
    from monitor.runtime.service import Round

    titles = topics.theme_titles(settings)
    work = spike_round.SpikeRound(store=store, run_in_store=run_in_store, theme_titles=titles)
    return Round(name="spikes", every=spike_round.EVERY, work=work)


def _deadman(settings: Settings, session: ClientSession) -> HeartbeatPort:
    from monitor.deliver.transports.heartbeat import HeartbeatCall

    url = settings.health.deadman_url.get_secret_value()
    timeout = timedelta(seconds=10)
    return HeartbeatCall(session, url, timeout=timeout, user_agent=user_agent(settings))


@asynccontextmanager
async def delivery_context(
    settings: Settings, store: Store, run_in_store: StoreThread
) -> AsyncIterator[DeliveryContext]:
    """What a round of delivery needs, closed at the end."""
    from monitor.pipeline.deliver import DeliveryContext
    from monitor.pipeline.group_commit import GroupCommit
    from monitor.store.repositories.outbox import RecordedAttempt

    card = topic_pack.read_card(settings)
    attempts = GroupCommit[RecordedAttempt](
        lambda recorded: run_in_store(partial(store.outbox.record_all, recorded))
    )
    link_secret = await run_in_store(store.tokens.secret) if settings.web.public_url else ""
    async with transports.channels(settings, link_secret=link_secret) as channels:
        try:
            yield DeliveryContext(
                store=store,
                run_in_store=run_in_store,
                channels=channels,
                topic=card.name,
                theme_titles=topics.theme_titles(settings),
                attempts=attempts,
                batch=settings.deliver.batch,
                per_subscription=settings.deliver.per_subscription,
                lease=settings.deliver.lease,
            )
        finally:
            await attempts.close(LAST_ATTEMPTS)
