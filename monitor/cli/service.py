"""`monitor run`: the service."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import invocation
from monitor.domain.errors import ConfigError
from monitor.runtime import clock, logs, status_file
from monitor.runtime.reload import SettingsReload
from monitor.runtime.report import LogFormat, Report

if TYPE_CHECKING:
    from monitor.runtime.service import Service
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


class Role(StrEnum):
    """What one process does; `all` unless several share a database."""

    ALL = "all"
    POLL = "poll"
    DELIVER = "deliver"
    WEB = "web"


def run(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="What this process does.")] = Role.ALL,
    log: Annotated[LogFormat | None, typer.Option(help="Else log.format.")] = None,
) -> None:
    """Poll, deliver and serve pages until Ctrl-C or SIGTERM: within 10 s, nothing lost."""
    chosen = invocation.settled_settings(context)
    if role is Role.WEB and not chosen.web.listen:
        raise ConfigError('--role web has nowhere to listen: set web.listen = "127.0.0.1:8080"')
    form = log or LogFormat(chosen.log.format)
    logs.start(json_lines=form is LogFormat.JSON, level=chosen.log.level)
    with invocation.open_store(context) as store:
        asyncio.run(_serve(chosen, store, invocation.file(context), role=role, form=form))


async def _serve(
    chosen: Settings, store: Store, file: Path | None, *, role: Role, form: LogFormat
) -> None:
    from monitor.pipeline import websub_round
    from monitor.runtime import build, topic_pack
    from monitor.runtime.service import Round, Service

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    report = Report(form)
    async with AsyncExitStack() as stack:
        run_in_store = stack.enter_context(closing(build.StoreThread()))
        pack = desk = room = None
        looks: dict[str, Callable[[], str]] = {}
        if role in (Role.ALL, Role.POLL):
            found = topic_pack.in_use(chosen)
            pack, looks = found.pack, {"pack": lambda: "; ".join(found.faults)}
            desk = await stack.enter_async_context(
                build.poll_context(chosen, store, run_in_store, pack=pack)
            )
        if role in (Role.ALL, Role.DELIVER):
            room = await stack.enter_async_context(
                build.delivery_context(chosen, store, run_in_store)
            )
        service = Service(
            build.ticks(chosen),
            poll_context=desk,
            delivery_context=room,
            polled=report.polled,
            delivered=report.delivered,
        )
        if chosen.web.public_url and role in (Role.ALL, Role.POLL):
            hub_desk = await stack.enter_async_context(
                build.websub_context(chosen, store, run_in_store)
            )
            attend = partial(websub_round.attend, context=hub_desk)
            service.add(Round(name="hubs", every=websub_round.EVERY, work=attend))
        if chosen.web.listen and role in (Role.ALL, Role.WEB):
            await _open_site(chosen, service, report, stack, file, looks.get("pack"))
        stack.callback(report.close)
        if file is not None:
            amendment = partial(build.settings_update, pack=pack) if pack else build.checked_rules
            live = SettingsReload(file, chosen, role=role, amendment=amendment)
            stack.callback(live.close)
            service.watch(live.look)
            looks[f"configuration ({role})"] = live.fault
        rounds = build.health_rounds(
            chosen, store, run_in_store, looks, report.listeners if desk else None
        )
        service.add_all(await stack.enter_async_context(rounds))
        report.started(chosen, store, role)
        await service.run(stop)
    report.stopped()


def _site_looks(
    chosen: Settings, pack: Callable[[], str] | None, file: Path | None
) -> dict[str, Callable[[], str]]:
    """What `/healthz` says of the service itself; `pack` where this process judges with it."""
    from monitor.runtime import topic_pack

    faults = "" if pack else "; ".join(topic_pack.find_pack(chosen).faults)

    def configuration() -> str:
        """Of every process on this file.  Why stays in the house: the page may be public."""
        known = status_file.read(file.absolute(), clock.now()) if file else ()
        refused = any(one.fault for one in known)
        return "an edit is refused, `monitor doctor` says why" if refused else ""

    return {"pack": pack or (lambda: faults), "configuration": configuration}


async def _open_site(
    chosen: Settings,
    service: Service,
    report: Report,
    stack: AsyncExitStack,
    file: Path | None,
    pack: Callable[[], str] | None,
) -> None:
    from monitor.web.application import open_site
    from monitor.web.site.prometheus import Metrics

    meters = Metrics()
    report.listeners.append(meters.polled)
    service.report_missed(meters.missed)
    looks = _site_looks(chosen, pack, file)
    opened = open_site(chosen, clock=clock.now, meters=meters, looks=looks)
    site = await stack.enter_async_context(opened)
    for round_ in site.rounds:
        service.add(round_)
    report.serving(site.address)
