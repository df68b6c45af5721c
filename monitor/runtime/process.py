"""Run a service process: assemble it from settings, a store and a role, and run it until it stops.

Anything can start it, not only the command line.  The web site is opened by a callable that the
caller passes, because this room does not know `web`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.alerts import PollCounts
from monitor.domain.errors import ConfigError
from monitor.domain.ports import GiveWay, never_wait
from monitor.runtime import (
    build,
    clock,
    process_memory,
    status_file,
    topic_pack,
    topics,
    transports,
)
from monitor.runtime.live_changes.reload import SettingsReload
from monitor.runtime.report import Report
from monitor.runtime.service_lock import service_lock

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from monitor.pipeline.poll_context import PollContext
    from monitor.runtime.jobs.job_supervisor import JobWork
    from monitor.runtime.live_changes.pack_watch import PackWatch
    from monitor.runtime.service import Round, Service
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

# What is wrong with one part of the service, in a sentence; an empty text where nothing is.
FaultCheck = Callable[[], str]


class Role(StrEnum):
    """What one process does; `all` unless several processes share a database."""

    ALL = "all"
    POLL = "poll"
    DELIVER = "deliver"
    WEB = "web"
    WORKER = "worker"

    @property
    def polls(self) -> bool:
        return self in (Role.ALL, Role.POLL)

    @property
    def delivers(self) -> bool:
        return self in (Role.ALL, Role.DELIVER)

    @property
    def serves(self) -> bool:
        return self in (Role.ALL, Role.WEB)

    def takes_jobs(self, *, is_shared: bool) -> bool:
        """Whether it does jobs; `is_shared`: of a database that several machines may use."""
        return self in (Role.ALL, Role.WORKER) or (self is Role.POLL and not is_shared)

    @property
    def works(self) -> tuple[str, ...]:
        """What only one process may do with a SQLite file."""
        works = (("polls", self.polls), ("delivers", self.delivers))
        return tuple(work for work, does in works if does)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSite:
    """A web site while it listens, and what it wants to be told."""

    address: str
    taken: str = ""  # the address of the settings, where another program listens
    sign_in_link: str = ""  # to the console, for whoever started the service; empty: none was made
    rounds: Sequence[Round]
    on_poll: Callable[[Sequence[PollCounts]], None]
    give_way: GiveWay = never_wait  # for work that shares the process with the pages
    on_missed_ticks: Callable[[str, int], None]  # a tick's name, and how many did not come in time


# Opens the site for these settings, with the fault checks that `/healthz` shows.
OpenSite = Callable[["Settings", Mapping[str, FaultCheck]], AbstractAsyncContextManager[OpenedSite]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOptions:
    """What one service process is started with."""

    settings: Settings
    store: Store
    role: Role = Role.ALL
    file: Path | None = None  # the configuration file, watched for edits
    report: Report
    open_site: OpenSite | None = None  # None: this process serves no pages, whatever its role
    job_work: JobWork | None = None  # None: this process does no jobs, whatever its role
    jobs_at_once: int = 1


def check_role(settings: Settings, role: Role) -> None:
    """Raise ConfigError where these settings leave the role nothing to do."""
    if role is Role.WEB and not settings.web.listen:
        raise ConfigError('--role web has nowhere to listen: set web.listen = "127.0.0.1:8080"')
    if role is Role.WORKER:
        check_engine(settings)


def check_engine(settings: Settings) -> None:
    """Raise ConfigError where workers of other machines can't be offered jobs."""
    if build.sqlite_file(settings) is not None or settings.database_url.startswith("sqlite"):
        raise ConfigError(
            "--role worker needs PostgreSQL, which several processes can share: with SQLite the"
            " one service does the jobs itself"
        )
    if find_spec("procrastinate") is None:
        raise ConfigError("--role worker needs the job engine: pip install 'watchpost[jobs]'")


async def run_service(options: ServiceOptions, stop: asyncio.Event) -> None:
    """Poll, deliver and serve pages, as the role says, until `stop` is set.

    Raise ConfigError, PackError or StoreError when the service can't be started, as when another
    process already polls or delivers with the same SQLite file.
    """
    check_role(options.settings, options.role)
    async with AsyncExitStack() as stack:
        file = build.sqlite_file(options.settings)
        works = options.role.works
        is_shared = stack.enter_context(service_lock(file, works=works)) if file else False
        assembly = _Assembly(options, stack, stop)
        service = await assembly.service()
        options.report.started(options.settings, options.store, options.role)
        if is_shared:
            options.report.shares_database(str(file))
        await service.run(stop)
    options.report.stopped()


class _Assembly:
    """Puts one service together; what it opens is closed with the stack."""

    def __init__(self, options: ServiceOptions, stack: AsyncExitStack, stop: asyncio.Event) -> None:
        self._options = options
        self._stack = stack
        self._stop = stop
        self._run_in_store = stack.enter_context(closing(build.StoreThread()))
        self._checks: dict[str, FaultCheck] = {"files": files_fault}  # of this process, by name
        self._address = ""  # of the pages
        self._give_way: GiveWay = never_wait  # to the pages, once they are open

    async def service(self) -> Service:
        from monitor.runtime.service import Service

        options, settings = self._options, self._options.settings
        packs = self._pack_watch() if options.role.polls else None
        polling = delivery = None
        if packs is not None:
            polling = await self._stack.enter_async_context(
                build.poll_context(
                    settings,
                    options.store,
                    self._run_in_store,
                    packs=packs.packs,
                    give_way=lambda: self._give_way(),
                )
            )
        if options.role.delivers:
            delivery = await self._stack.enter_async_context(
                build.delivery_context(settings, options.store, self._run_in_store)
            )
        service = Service(
            build.ticks(settings),
            poll_context=polling,
            delivery_context=delivery,
            polled=options.report.polled,
            delivered=options.report.delivered,
        )
        if options.role.polls or options.role.delivers:
            self._checks["database"] = service.store_fault
            self._add_clock_correction(service)
        if options.role.polls:
            await self._add_rounds_of_polling(service, polling)
        self._add_jobs(service)
        self._add_memory_round(service)
        if options.role.serves:
            await self._add_site(service)
        self._stack.callback(options.report.close)
        self._watch_settings(service, packs)
        if options.role.polls:
            await self._add_health_checks(service)
        return service

    async def _add_rounds_of_polling(self, service: Service, polling: PollContext | None) -> None:
        await self._add_websub(service)
        await self._add_second_reader(service, polling)
        self._add_index_round(service)
        self._add_statistics_round(service)
        self._add_retention_round(service)

    def _pack_watch(self) -> PackWatch:
        from monitor.runtime.live_changes.pack_watch import PackWatch

        packs = PackWatch(self._options.settings)
        self._checks["pack"] = packs.fault
        return packs

    def _add_clock_correction(self, service: Service) -> None:
        from monitor.runtime.service import Round

        store, settings = self._options.store, self._options.settings

        async def correct_times(now: datetime) -> None:
            await self._run_in_store(partial(build.correct_times, store, settings, now))

        service.add(Round(name="clock", every=timedelta(minutes=1), work=correct_times))

    def _add_memory_round(self, service: Service) -> None:
        """Give back what documents leave: free pages stay between blocks that live on."""
        from monitor.runtime.service import Round

        async def return_free_pages(now: datetime) -> None:
            await asyncio.to_thread(process_memory.return_free_pages)

        service.add(Round(name="memory", every=timedelta(minutes=1), work=return_free_pages))

    async def _add_websub(self, service: Service) -> None:
        from monitor.pipeline import websub_round
        from monitor.runtime.service import Round

        options = self._options
        if options.settings.web.public_url:
            context = await self._stack.enter_async_context(
                build.websub_context(options.settings, options.store, self._run_in_store)
            )
            run_round = partial(websub_round.run_round, context=context)
            service.add(Round(name="hubs", every=websub_round.EVERY, work=run_round))

    def _add_index_round(self, service: Service) -> None:
        from monitor.pipeline.upkeep import index_round
        from monitor.runtime.service import Round

        work = index_round.IndexRound(self._options.store, self._run_in_store)
        service.add(Round(name="search index", every=index_round.EVERY, work=work))

    def _add_statistics_round(self, service: Service) -> None:
        from monitor.pipeline.upkeep import statistics_round
        from monitor.runtime.service import Round

        settings = self._options.settings
        if build.sqlite_file(settings) is not None:
            return
        open_store = partial(build.open_store, settings, upgrade=False)
        work = statistics_round.StatisticsRound(self._options.store, self._run_in_store, open_store)
        service.add(Round(name="statistics", every=statistics_round.EVERY, work=work))

    def _add_retention_round(self, service: Service) -> None:
        from monitor.pipeline.upkeep import retention_round
        from monitor.runtime.service import Round

        keep = build.retention(self._options.settings)
        work = retention_round.RetentionRound(self._options.store, self._run_in_store, keep)
        service.add(Round(name="retention", every=retention_round.EVERY, work=work))

    async def _add_second_reader(self, service: Service, polling: PollContext | None) -> None:
        from monitor.runtime.service import Round

        options = self._options
        readers = await self._stack.enter_async_context(transports.second_readers(options.settings))
        if not readers:
            return
        from monitor.pipeline.review import second_reader_round

        work = second_reader_round.SecondReaderRound(
            readers, options.store, self._run_in_store, polling.stories if polling else None
        )
        self._checks["second reader"] = work.fault
        service.add(Round(name="second reader", every=second_reader_round.EVERY, work=work))

    def _add_jobs(self, service: Service) -> None:
        from monitor.runtime.jobs.job_rounds import JobRounds

        options = self._options
        if options.job_work is None:
            return
        is_shared = not options.settings.database_url.startswith("sqlite")
        takes_jobs = options.role.takes_jobs(is_shared=is_shared)
        rounds = JobRounds(
            options.store,
            self._run_in_store,
            options.job_work,
            role=options.role,
            jobs_at_once=options.jobs_at_once if takes_jobs else 0,
            file=options.file,
        )
        self._stack.push_async_callback(rounds.leave)
        if takes_jobs:
            self._checks["jobs"] = rounds.fault
        has_engine = options.role is Role.WORKER
        service.add_all(rounds.with_engine(self._stop) if has_engine else rounds.alone())

    async def _add_site(self, service: Service) -> None:
        options = self._options
        if options.open_site is None or not options.settings.web.listen:
            return
        checks = self._site_checks()
        site = await self._stack.enter_async_context(options.open_site(options.settings, checks))
        options.report.listeners.append(site.on_poll)
        service.report_missed(site.on_missed_ticks)
        service.add_all(site.rounds)
        options.report.serving(site.address, taken=site.taken)
        if options.settings.web.console:
            options.report.opened_console(site.address, site.sign_in_link)
        self._address = site.address
        self._give_way = site.give_way
        options.store.before_statements(site.give_way)

    def _site_checks(self) -> dict[str, FaultCheck]:
        """What `/healthz` says of the service itself, whichever process found it."""
        file = self._options.file
        if "pack" in self._checks:
            pack = self._checks["pack"]
        else:  # this process does not judge: look once at the pack of those that do
            by_topic = topics.settings_by_topic(self._options.settings).values()
            faults = chain.from_iterable(topic_pack.find_pack(topic).faults for topic in by_topic)
            pack = partial("; ".join, list(faults))

        def configuration() -> str:
            """Says that an edit is refused, not why: the page may be public."""
            statuses = status_file.read(file.absolute(), clock.now()) if file else ()
            refused = any(status.fault for status in statuses)
            return "an edit is refused, `monitor doctor` says why" if refused else ""

        checks = {"pack": pack, "configuration": configuration, "files": files_fault}
        return checks | {
            name: self._checks[name]
            for name in ("database", "second reader", "jobs")
            if name in self._checks
        }

    def _watch_settings(self, service: Service, packs: PackWatch | None) -> None:
        options = self._options
        if options.file is None:
            return
        reload = SettingsReload(
            options.file,
            options.settings,
            role=options.role,
            packs=packs,
            address=self._address,
            update=packs.live_settings if packs else build.check_rules,
        )
        self._stack.callback(reload.close)
        service.watch(reload.look)
        self._checks[f"configuration ({options.role})"] = reload.fault

    async def _add_health_checks(self, service: Service) -> None:
        options = self._options
        opened = build.health_rounds(
            options.settings, options.store, self._run_in_store, self._checks
        )
        rounds, on_poll = await self._stack.enter_async_context(opened)
        options.report.listeners.append(on_poll)
        service.add_all(rounds)


def files_fault() -> str:
    """Whether this process may open another file or connection: a sentence where it may not."""
    try:
        with Path(os.devnull).open("rb"):
            return ""
    except OSError as error:
        return f"no file or connection can be opened: {error.strerror}; raise `ulimit -n`"
