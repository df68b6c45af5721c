"""The composition root: the only file that picks adapters."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor import __version__, shipped
from monitor.domain import ChannelKind
from monitor.errors import ConfigError, PackError
from monitor.settings import Settings

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from aiohttp import ClientSession

    from monitor.backtest import Rulebook
    from monitor.classify.keywords import KeywordRules
    from monitor.classify.pack import Pack, PackCard
    from monitor.classify.shelf import InUse, Shelf
    from monitor.pipeline import Mailroom, Newsdesk
    from monitor.ports import Channel, Classifier, Fetcher, Parser
    from monitor.scheduler import Amend, Ticks
    from monitor.store.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)

# Feeds taken on together: enough that slow publishers never empty the hands of the others.
FEEDS_AT_ONCE = 400


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


def pack_folder(settings: Settings) -> Path:
    """Where the topic's own pack lies: a shipped topic's name, or a path beside the config."""
    name = settings.topic.pack
    inside = shipped.path("models", name)
    if "/" not in name and inside.is_dir():
        return inside
    folder = settings.folder / name
    if folder.is_dir():
        return folder
    known = sorted(path.parent.name for path in shipped.path("models").glob("*/pack.toml"))
    raise ConfigError(
        f"topic.pack = {name!r}: no such shipped topic and no such folder;"
        f" shipped: {', '.join(known)}"
    )


def shelf(settings: Settings) -> Shelf | None:
    """The packs that this data folder's marks taught; None where topic.pack names a path.

    A path is used as it is: whoever writes one decides himself which pack is in use.
    """
    from monitor.classify.shelf import Shelf

    name = settings.topic.pack
    if "/" in name or name in (".", ".."):
        return None
    return Shelf(settings.folder / "packs" / name)


def _pack_folders(settings: Settings) -> tuple[list[Path], list[str]]:
    """The packs to use, the best first; and what is wrong with the file that says so."""
    own, taught = pack_folder(settings), shelf(settings)
    if taught is None:
        return [own], []
    try:
        roles = taught.roles()
    except PackError as error:
        return [own], [str(error)]
    if roles.current is None:
        return [own], []
    places = [taught.place(roles.current), taught.place(roles.previous), own]
    return [place for place in places if place is not None], []


def find_pack(settings: Settings) -> InUse:
    """The pack in use: the promoted one where it is sound, else the last good one, with the reason.

    Raise PackError when none can be used.
    """
    from monitor.classify.shelf import first_sound

    folders, faults = _pack_folders(settings)
    return first_sound(folders, threshold=settings.topic.threshold or None, faults=faults)


def load_pack(settings: Settings) -> Pack:
    """The pack in use, checked whole; a warning in the log when it is not the one it should be.

    Raise PackError.
    """
    found = find_pack(settings)
    for fault in found.faults:
        log.warning("pack.degraded", extra={"fault": fault, "instead": found.pack.id})
    return found.pack


def keyword_rules(
    settings: Settings, pack: Pack | PackCard, *, file: Path | None = None
) -> KeywordRules:
    """The operator's rules, checked against the pack's themes.

    Raise ConfigError naming the line; `file` is where the rules stand, if not in the settings' own.
    """
    from monitor.classify.keywords import KeywordRule, KeywordRules

    rules = [KeywordRule(**rule.model_dump()) for rule in settings.keywords.rules]
    themes = tuple(pack.themes)
    try:
        return KeywordRules(rules, themes=themes)
    except ConfigError as error:
        for rule in rules:  # which of them is it?
            try:
                KeywordRules([rule], themes=themes)
            except ConfigError:
                place = _rule_place(file or settings.path, rule.name)
                raise ConfigError(f"{place}{error}") from None
        raise ConfigError(f"{file or settings.path or 'the settings'}: {error}") from None


def _rule_place(file: Path | None, name: str) -> str:
    """ "monitor.toml:12: ", the line that gives the rule its name."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file else []
    except (OSError, UnicodeDecodeError):  # it is being exchanged: the rule's name must do
        lines = []
    named = re.compile(rf"""\s*name\s*=\s*["']{re.escape(name)}["']""")
    number = next((number for number, line in enumerate(lines, 1) if named.match(line)), None)
    return f"{file}:{number}: " if number else f"{file or 'the settings'}: "


def at_threshold(settings: Settings, pack: Pack) -> Pack:
    """The pack with the settings' threshold, or with its own where they leave it to the pack."""
    return replace(pack, threshold=settings.topic.threshold or pack.own_threshold)


def rulebook(settings: Settings, pack: Pack, *, file: Path | None = None) -> Rulebook:
    """What the settings decide with, for a replay.  Raise ConfigError; `file` as above."""
    from monitor.backtest import Rulebook

    return Rulebook(
        rules=keyword_rules(settings, pack, file=file),
        threshold=at_threshold(settings, pack).threshold,
        theme_thresholds={slug: theme.threshold for slug, theme in pack.themes.items()},
        config=settings.decision_digest,
    )


def read_card(settings: Settings) -> PackCard:
    """The name and themes of the pack in use, without its weights.  Raise PackError."""
    from monitor.classify import pack

    folders, _ = _pack_folders(settings)
    for folder in folders[:-1]:
        with suppress(PackError):
            return pack.read_card(folder)
    return pack.read_card(folders[-1])


def golden_file(settings: Settings) -> Path:
    """The golden events of the topic; there may be none."""
    return pack_folder(settings) / "golden.jsonl"


def classifier(pack: Pack) -> Classifier:
    """The pack at work."""
    from monitor.classify.linear import LinearClassifier

    return LinearClassifier(pack)


def feed_lease(settings: Settings) -> timedelta:
    """How long a claimed feed is ours: its turn behind slow ones, the fetch and the parsing."""
    turns = 1 + FEEDS_AT_ONCE // settings.poll.connections
    # A fetch may wait as long again for its turn at a busy host.
    return 2 * turns * settings.poll.timeout + settings.poll.parse_timeout + timedelta(minutes=1)


def ticks(settings: Settings) -> Ticks:
    """The pace of the service."""
    from monitor.scheduler import Ticks

    return Ticks(
        poll=settings.poll.tick,
        deliver=settings.deliver.tick,
        feed_lease=feed_lease(settings),
        feeds_at_once=FEEDS_AT_ONCE,
    )


def user_agent(settings: Settings) -> str:
    """What we call ourselves: name, version and where a publisher can reach us."""
    contact = settings.poll.contact or "no contact set"
    return f"Watchpost/{__version__} (+{contact})"


@asynccontextmanager
async def _session(settings: Settings) -> AsyncIterator[ClientSession]:
    from monitor import egress

    session = egress.open_session(
        allow=settings.egress.allow,
        connections=settings.poll.connections,
        per_host=settings.poll.per_host,
    )
    async with session:
        yield session


@asynccontextmanager
async def collector(settings: Settings) -> AsyncIterator[tuple[Fetcher, Parser]]:
    """From an address to entries."""
    from monitor.collect.fetch import HttpFetcher
    from monitor.collect.parse import FeedParser

    poll = settings.poll
    parser = FeedParser(
        workers=poll.parsers,
        cpu=poll.parse_cpu,
        memory_bytes=poll.parse_memory_bytes,
        wall=poll.parse_timeout,
    )
    async with _session(settings) as session:
        fetcher = HttpFetcher(
            session,
            user_agent=user_agent(settings),
            timeout=poll.timeout,
            max_body_bytes=poll.max_body_bytes,
        )
        try:
            yield fetcher, parser
        finally:
            await parser.close()


@asynccontextmanager
async def newsdesk(
    settings: Settings, store: Store, in_store: StoreThread, *, pack: Pack | None = None
) -> AsyncIterator[Newsdesk]:
    """Everything that polling needs, closed at the end."""
    from monitor.pipeline import Newsdesk

    pack = pack or load_pack(settings)
    rules = keyword_rules(settings, pack)
    async with collector(settings) as (fetcher, parser):
        yield Newsdesk(
            store=store,
            in_store=in_store,
            fetcher=fetcher,
            parser=parser,
            classifier=classifier(pack),
            rules=rules,
            config=settings.decision_digest,
            connections=asyncio.Semaphore(settings.poll.connections),
        )


def amendment(settings: Settings, pack: Pack) -> Amend:
    """What makes a desk decide by these settings, which may change while it is used.

    Rules, threshold and their digest change together or, on a ConfigError, not at all.
    """
    judge, rules = classifier(at_threshold(settings, pack)), keyword_rules(settings, pack)
    config = settings.decision_digest
    return lambda desk: replace(desk, classifier=judge, rules=rules, config=config)


def checked_rules(settings: Settings) -> Amend:
    """The same for a process that judges nothing: it only says whether the rules are right."""
    keyword_rules(settings, read_card(settings))
    return lambda desk: desk


@asynccontextmanager
async def channels(settings: Settings) -> AsyncIterator[dict[ChannelKind, Channel]]:
    """Every way to tell."""
    from monitor.deliver.webhook import WebhookChannel

    async with _session(settings) as session:
        webhook = WebhookChannel(
            session, timeout=settings.webhook.timeout, user_agent=user_agent(settings)
        )
        yield {ChannelKind.WEBHOOK: webhook, ChannelKind.EMAIL: mail_channel(settings)}


@asynccontextmanager
async def mailroom(
    settings: Settings, store: Store, in_store: StoreThread
) -> AsyncIterator[Mailroom]:
    """Everything that delivering needs, closed at the end."""
    from monitor.pipeline import Mailroom

    card = read_card(settings)
    async with channels(settings) as ways:
        yield Mailroom(
            store=store,
            in_store=in_store,
            channels=ways,
            topic=card.name,
            theme_titles=card.theme_titles,
            batch=settings.deliver.batch,
            per_subscription=settings.deliver.per_subscription,
            lease=settings.deliver.lease,
        )


def mail_channel(settings: Settings) -> Channel:
    """An SMTP server where one is set, else a folder of .eml files."""
    from monitor.deliver.folder import MailFolder
    from monitor.deliver.smtp import SmtpChannel, SmtpServer

    email = settings.email
    if not email.host:
        return MailFolder(settings.folder / email.folder, sender=email.sender)
    server = SmtpServer(
        host=email.host,
        port=email.port,
        tls=email.tls,
        username=email.username,
        password=email.password.get_secret_value(),
        timeout=email.timeout,
    )
    return SmtpChannel(server, sender=email.sender)
