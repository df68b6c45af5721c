"""`monitor run`: the service."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation
from monitor.runtime import clock, logs
from monitor.runtime.process import (
    FaultCheck,
    OpenedSite,
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
    log: Annotated[LogFormat | None, typer.Option(help="The log format; else log.format.")] = None,
) -> None:
    """Poll, deliver and serve pages until Ctrl-C.  It ends within 10 s and loses nothing."""
    chosen = invocation.settled_settings(context)
    check_role(chosen, role)
    form = log or LogFormat(chosen.log.format)
    logs.start(json_lines=form is LogFormat.JSON, level=chosen.log.level)
    with invocation.open_store(context) as store:
        options = ServiceOptions(
            settings=chosen,
            store=store,
            role=role,
            file=invocation.file(context),
            report=Report(form),
            open_site=_open_site,
        )
        asyncio.run(_serve(options))


async def _serve(options: ServiceOptions) -> None:
    """Run the service until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_service(options, stop)


@asynccontextmanager
async def _open_site(
    settings: Settings, fault_checks: Mapping[str, FaultCheck]
) -> AsyncIterator[OpenedSite]:
    from monitor.web.application import open_site
    from monitor.web.site.prometheus import Metrics

    metrics = Metrics()
    opened = open_site(settings, clock=clock.now, metrics=metrics, fault_checks=fault_checks)
    async with opened as site:
        yield OpenedSite(
            address=site.address,
            rounds=site.rounds,
            on_poll=metrics.polled,
            on_missed_ticks=metrics.missed,
        )
