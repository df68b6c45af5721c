"""`monitor run`: the service."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation
from monitor.cli.access import local_caller
from monitor.domain.errors import ConfigError
from monitor.runtime import clock, logs
from monitor.runtime.process import (
    FaultCheck,
    OpenedSite,
    OpenSite,
    Role,
    ServiceOptions,
    check_role,
    run_service,
)
from monitor.runtime.report import LogFormat, Report

if TYPE_CHECKING:
    from monitor.settings.sections import Settings


def run(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="The work of this process.")] = Role.ALL,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Of --role worker: jobs done at the same time.")
    ] = 1,
    log: Annotated[LogFormat | None, typer.Option(help="The log format; else log.format.")] = None,
) -> None:
    """Poll, deliver and serve pages until Ctrl-C.  It ends within 10 s and loses nothing."""
    from monitor.actions.jobs.job_process import job_work
    from monitor.runtime import process_memory

    process_memory.keep_little_memory()
    chosen = invocation.settled_settings(context)
    check_role(chosen, role)
    if workers > 1 and role is not Role.WORKER:
        raise ConfigError("--workers is for --role worker: other roles do one job at a time")
    form = log or LogFormat(chosen.log.format)
    logs.start(json_lines=form is LogFormat.JSON, level=chosen.log.level)
    with invocation.open_store(context) as store:
        options = ServiceOptions(
            settings=chosen,
            store=store,
            role=role,
            file=invocation.file(context),
            report=Report(form),
            open_site=site_opener(prints_link=form is LogFormat.TEXT),
            job_work=job_work(chosen),
            jobs_at_once=workers,
        )
        asyncio.run(serve(options))


def site_opener(*, prints_link: bool, now: Callable[[], datetime] = clock.now) -> OpenSite:
    """What opens the pages; `prints_link`: people read the log, so it may have a sign-in link."""
    return partial(_open_site, prints_link=prints_link, now=now)


async def serve(options: ServiceOptions) -> None:
    """Run the service until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_service(options, stop)


def start_link(settings: Settings, address: str, now: datetime) -> str:
    """A sign-in link for whoever starts the service; empty where none is to be made.

    One is made where nobody may sign in yet, and for a person at a terminal.
    """
    from monitor.actions.access.console_link import browser_url, open_console
    from monitor.runtime import build

    with build.open_store(settings, upgrade=False) as store:
        if not (store.people.is_empty() or sys.stderr.isatty()):
            return ""
        url = settings.web.public_url or browser_url(address)
        try:
            return open_console(store, local_caller.login_name(), url, now).link
        except ConfigError:  # several admins, and none of them has this login
            return ""


@asynccontextmanager
async def _open_site(
    settings: Settings,
    fault_checks: Mapping[str, FaultCheck],
    *,
    prints_link: bool,
    now: Callable[[], datetime],
) -> AsyncIterator[OpenedSite]:
    from monitor.web.application import open_site
    from monitor.web.site.prometheus import Metrics

    metrics = Metrics()
    opened = open_site(settings, clock=now, metrics=metrics, fault_checks=fault_checks)
    async with opened as site:
        invites = settings.web.console and prints_link
        invite = partial(start_link, settings, site.address, now())
        yield OpenedSite(
            address=site.address,
            taken=site.taken,
            sign_in_link=await asyncio.to_thread(invite) if invites else "",
            rounds=site.rounds,
            give_way=site.give_way,
            on_poll=metrics.polled,
            on_missed_ticks=metrics.missed,
        )
