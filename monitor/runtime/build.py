"""The composition root: the only file that picks adapters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from monitor import __version__
from monitor.domain.alerts import ChannelKind, PollCounts, Subscription
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry
from monitor.runtime import topic_pack

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from aiohttp import ClientSession

    from monitor.classify.packs.pack import Pack
    from monitor.deliver.transports.apprise_client import AppriseChannel
    from monitor.deliver.transports.mime import Unsubscribe
    from monitor.domain.ports import Channel, Classifier, Fetcher, Pages, Parser
    from monitor.pipeline.deliver import DeliveryContext
    from monitor.pipeline.health_checks import HeartbeatPort
    from monitor.pipeline.poll_context import LiveSettings, PollContext
    from monitor.pipeline.websub_round import WebSubContext
    from monitor.polling.next_poll import PollIntervals
    from monitor.runtime.service import Round, Ticks
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)

# Feeds taken on together: enough that slow publishers never empty the hands of the others.
FEEDS_AT_ONCE = 400
# Webhooks called side by side, at one host too: a subscription calls one at a time, so that those
# who share a host would only wait for each other.
CALLS_AT_ONCE = 500
# At the end, for attempts that are made and not written down yet: a commit takes milliseconds.
LAST_ENTRIES = timedelta(seconds=1)


class StoreThread:
    """The one thread that owns the store and the classifier."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._pool, call)

    def close(self) -> None:
        self._pool.shutdown(wait=True)


def open_store(settings: Settings, *, upgrade: bool | None = None) -> Store:
    """Open the database that the settings name.  Raise StoreError."""
    from monitor.store.store import Store

    return Store.open(settings.database_url, upgrade=upgrade)


def classifier(pack: Pack) -> Classifier:
    """The pack at work."""
    from monitor.classify.model.linear import LinearClassifier

    return LinearClassifier(pack)


class LateClassifier:
    """The settings' pack, loaded when there is something to judge; PackError then."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._judge: Classifier | None = None

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """One verdict per entry, in order."""
        if self._judge is None:
            self._judge = classifier(topic_pack.load_pack(self._settings))
        return self._judge.judge(entries)


def poll_intervals(settings: Settings) -> PollIntervals:
    """How often a feed may be asked; `poll.every` is always allowed."""
    from monitor.polling.next_poll import PollIntervals

    every, fastest, slowest = settings.poll.every, settings.poll.fastest, settings.poll.slowest
    return PollIntervals(every=every, fastest=min(fastest, every), slowest=max(slowest, every))


def ticks(settings: Settings) -> Ticks:
    """The pace of the service."""
    from monitor.runtime.service import Ticks

    return Ticks(
        poll=settings.poll.tick,
        deliver=settings.deliver.tick,
        feed_lease=settings.poll.lease,
        feeds_at_once=FEEDS_AT_ONCE,
    )


def user_agent(settings: Settings) -> str:
    """What we call ourselves: name, version and where a publisher can reach us."""
    contact = settings.poll.contact or "no contact set"
    return f"Watchpost/{__version__} (+{contact})"


@asynccontextmanager
async def _session(
    settings: Settings, *, connections: int, per_host: int
) -> AsyncIterator[ClientSession]:
    from monitor.net import egress

    session = egress.open_session(
        allow=settings.egress.allow, connections=connections, per_host=per_host
    )
    async with session:
        yield session


@asynccontextmanager
async def collector(settings: Settings) -> AsyncIterator[tuple[Fetcher, Parser, Pages]]:
    """From an address to entries, and from an article's to its text."""
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
    ask = _session(settings, connections=poll.connections, per_host=poll.per_host)
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
    settings: Settings, store: Store, run_in_store: StoreThread, *, pack: Pack | None = None
) -> AsyncIterator[PollContext]:
    """Everything that polling needs, closed at the end."""
    from monitor.pipeline.full_text_stage import FullTextStage
    from monitor.pipeline.poll_context import Current, LiveSettings, PollContext
    from monitor.polling.staleness import StalenessLimits

    # Without one it is loaded at the first entry to judge: most rounds by hand or cron find none.
    live = LiveSettings(
        classifier=classifier(pack) if pack else LateClassifier(settings),
        rules=topic_pack.keyword_rules(settings, pack or topic_pack.read_card(settings)),
        config=settings.decision_digest,
        intervals=poll_intervals(settings),
    )
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
                most=settings.fulltext.pages,
                wait=settings.fulltext.wait,
            ),
            lease=settings.poll.lease,
            staleness=StalenessLimits(
                least=settings.health.silent_least, most=settings.health.silent_most
            ),
        )


@asynccontextmanager
async def websub_context(
    settings: Settings, store: Store, run_in_store: StoreThread
) -> AsyncIterator[WebSubContext]:
    """Everything that asking hubs needs (WebSub), closed at the end."""
    from monitor.collect.http.websub_client import HubClient
    from monitor.pipeline import websub_round

    async with _session(
        settings, connections=websub_round.AT_ONCE, per_host=websub_round.PER_HOST
    ) as session:
        client = HubClient(session, user_agent=user_agent(settings), timeout=settings.poll.timeout)
        url = settings.web.public_url
        yield websub_round.WebSubContext(
            store=store, run_in_store=run_in_store, hubs=client, public_url=url
        )


def live_settings(settings: Settings, pack: Pack) -> LiveSettings:
    """What decides by these settings, with this pack: all of it, or a ConfigError."""
    from monitor.pipeline.poll_context import LiveSettings

    return LiveSettings(
        classifier=classifier(topic_pack.as_set(settings, pack)),
        rules=topic_pack.keyword_rules(settings, pack),
        config=settings.decision_digest,
        intervals=poll_intervals(settings),
    )


def check_rules(settings: Settings) -> None:
    """Check an edit in a process that does not judge.  Raise ConfigError, PackError."""
    topic_pack.keyword_rules(settings, topic_pack.read_card(settings))


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
    patience = NoticePolicy(
        ill=health.notice_after,
        recovered=health.recovered_after,
        outage=health.outage_after,
        spacing=health.notice_spacing,
    )
    shared = health_checks.HealthChecks(
        store=store,
        run_in_store=run_in_store,
        patience=patience,
        at=health.statement_at,
        zone=ZoneInfo(health.zone),
    )
    minute = timedelta(minutes=1)
    conditions = health_checks.ServiceFaultCheck(
        shared, fault_checks, lasting=health_checks.LASTING
    )
    work = [
        Round(name="watch", every=minute, work=partial(health_checks.watch, shared)),
        Round(name="conditions", every=minute, work=conditions),
        Round(name="statement", every=minute, work=health_checks.CoverageStatement(shared)),
    ]
    async with _session(settings, connections=1, per_host=1) as session:
        pulse = health_checks.Heartbeat(_deadman(settings, session))
        if settings.health.deadman_url.get_secret_value():
            work.append(Round(name="deadman", every=minute, work=pulse))
        yield work, pulse.polled


def _deadman(settings: Settings, session: ClientSession) -> HeartbeatPort:
    from monitor.deliver.transports.heartbeat import HeartbeatCall

    url = settings.health.deadman_url.get_secret_value()
    timeout = timedelta(seconds=10)
    return HeartbeatCall(session, url, timeout=timeout, user_agent=user_agent(settings))


@asynccontextmanager
async def channels(
    settings: Settings, *, link_secret: str = ""
) -> AsyncIterator[dict[ChannelKind, Channel]]:
    """Open the transport of every channel; close them at the end.

    With the store's secret for links each mail has a link to unsubscribe.
    """
    from monitor.deliver.channels.channel_registry import CHANNELS

    async with AsyncExitStack() as stack:
        opened: dict[ChannelKind, Channel] = {}
        for kind in CHANNELS:
            transport = TRANSPORTS[kind](settings, link_secret)
            opened[kind] = await stack.enter_async_context(transport)
        yield opened


@asynccontextmanager
async def _email_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    yield mail_channel(settings, link_secret)


@asynccontextmanager
async def _webhook_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    from monitor.deliver.transports.webhook_client import WebhookChannel

    connections = _session(settings, connections=CALLS_AT_ONCE, per_host=CALLS_AT_ONCE)
    async with connections as session:
        yield WebhookChannel(
            session, timeout=settings.webhook.timeout, user_agent=user_agent(settings)
        )


@asynccontextmanager
async def _apprise_transport(settings: Settings, link_secret: str) -> AsyncIterator[Channel]:
    chat = chat_channel(settings)
    try:
        yield chat
    finally:
        await chat.close()


# Channel → how its transport is opened from the settings and the secret for links.
TRANSPORTS: Mapping[
    ChannelKind, Callable[[Settings, str], AbstractAsyncContextManager[Channel]]
] = {
    ChannelKind.EMAIL: _email_transport,
    ChannelKind.WEBHOOK: _webhook_transport,
    ChannelKind.APPRISE: _apprise_transport,
}


@asynccontextmanager
async def delivery_context(
    settings: Settings, store: Store, run_in_store: StoreThread
) -> AsyncIterator[DeliveryContext]:
    """Everything that delivering needs, closed at the end."""
    from monitor.pipeline.deliver import DeliveryContext
    from monitor.pipeline.group_commit import GroupCommit
    from monitor.store.repositories.outbox import RecordedAttempt

    card = topic_pack.read_card(settings)
    attempts = GroupCommit[RecordedAttempt](
        lambda recorded: run_in_store(partial(store.outbox.record_all, recorded))
    )
    link_secret = await run_in_store(store.tokens.secret) if settings.web.public_url else ""
    async with channels(settings, link_secret=link_secret) as ways:
        try:
            yield DeliveryContext(
                store=store,
                run_in_store=run_in_store,
                channels=ways,
                topic=card.name,
                theme_titles=card.theme_titles,
                attempts=attempts,
                batch=settings.deliver.batch,
                per_subscription=settings.deliver.per_subscription,
                lease=settings.deliver.lease,
            )
        finally:
            await attempts.close(LAST_ENTRIES)


def unsubscribe_links(
    settings: Settings, link_secret: str
) -> Callable[[Subscription], Unsubscribe]:
    """How a mail's reader ends the subscription: by link, by mail, or neither."""
    from monitor.alerts import tokens
    from monitor.deliver.transports.mime import Unsubscribe

    def of(subscription: Subscription) -> Unsubscribe:
        url = settings.web.public_url if link_secret else ""
        return Unsubscribe(
            url=tokens.unsubscribe_url(url, link_secret, subscription),
            mailbox=settings.email.unsubscribe,
            subject=f"unsubscribe {subscription.key[:12]}",
        )

    return of


def chat_channel(settings: Settings) -> AppriseChannel:
    """Chats, through Apprise; closed by whoever asked for it."""
    from monitor.deliver.transports.apprise_client import AppriseChannel

    return AppriseChannel(allow=settings.egress.allow, timeout=settings.apprise.timeout)


async def check_mail(settings: Settings) -> None:
    """Would the mail server take mails from us?  Raise Unreachable; fine where none is set."""
    from monitor.deliver.transports.smtp import SmtpChannel

    channel = mail_channel(settings)
    if isinstance(channel, SmtpChannel):
        await channel.check()


def mail_channel(settings: Settings, link_secret: str = "") -> Channel:
    """An SMTP server where one is set, else a folder of .eml files.  Raise ConfigError."""
    from monitor.deliver.transports import dkim
    from monitor.deliver.transports.address import check_sender
    from monitor.deliver.transports.mail_folder import MailFolder
    from monitor.deliver.transports.smtp import SmtpChannel, SmtpServer

    email = settings.email
    if not email.host:
        folder = settings.folder / email.folder
        return MailFolder(
            folder, sender=email.sender, unsubscribe=unsubscribe_links(settings, link_secret)
        )
    server = SmtpServer(
        host=email.host,
        port=email.port,
        tls=email.tls,
        username=email.username,
        password=email.password.get_secret_value(),
        timeout=email.timeout,
    )
    key = (
        dkim.load(
            settings.folder / email.dkim_key,
            selector=email.dkim_selector,
            domain=email.dkim_domain,
            sender=check_sender(email.sender),
        )
        if email.dkim_key
        else None
    )
    way = unsubscribe_links(settings, link_secret)
    return SmtpChannel(server, sender=email.sender, unsubscribe=way, dkim=key)
