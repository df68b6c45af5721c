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

from monitor.cli import logs, running, setting
from monitor.cli.live import Live
from monitor.cli.report import LogFormat, Report
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.scheduler import Service
    from monitor.settings import Settings
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
    chosen = setting.settled_settings(context)
    if role is Role.WEB and not chosen.web.listen:
        raise ConfigError('--role web has nowhere to listen: set web.listen = "127.0.0.1:8080"')
    form = log or LogFormat(chosen.log.format)
    logs.start(json_lines=form is LogFormat.JSON, level=chosen.log.level)
    with setting.open_store(context) as store:
        asyncio.run(_serve(chosen, store, setting.file(context), role=role, form=form))


async def _serve(
    chosen: Settings, store: Store, file: Path | None, *, role: Role, form: LogFormat
) -> None:
    from monitor import app, hubs, scheduler, topic

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    report = Report(form)
    async with AsyncExitStack() as stack:
        in_store = stack.enter_context(closing(app.StoreThread()))
        pack = desk = room = None
        looks: dict[str, Callable[[], str]] = {}
        if role in (Role.ALL, Role.POLL):
            found = topic.in_use(chosen)
            pack, looks = found.pack, {"pack": lambda: "; ".join(found.faults)}
            desk = await stack.enter_async_context(app.newsdesk(chosen, store, in_store, pack=pack))
        if role in (Role.ALL, Role.DELIVER):
            room = await stack.enter_async_context(app.mailroom(chosen, store, in_store))
        service = scheduler.Service(
            app.ticks(chosen),
            newsdesk=desk,
            mailroom=room,
            polled=report.polled,
            delivered=report.delivered,
        )
        if chosen.web.public_url and role in (Role.ALL, Role.POLL):
            hub_desk = await stack.enter_async_context(app.hub_desk(chosen, store, in_store))
            attend = partial(hubs.attend, desk=hub_desk)
            service.add(scheduler.Round(name="hubs", every=hubs.EVERY, work=attend))
        if chosen.web.listen and role in (Role.ALL, Role.WEB):
            await _open_site(chosen, service, report, stack, file, looks.get("pack"))
        stack.callback(report.close)
        if file is not None:
            amendment = partial(app.amendment, pack=pack) if pack else app.checked_rules
            live = Live(file, chosen, role=role, amendment=amendment)
            stack.callback(live.close)
            service.watch(live.look)
            looks[f"configuration ({role})"] = live.fault
        rounds = app.lookout(chosen, store, in_store, looks, report.listeners if desk else None)
        service.add_all(await stack.enter_async_context(rounds))
        report.started(chosen, store, role)
        await service.run(stop)
    report.stopped()


def _site_looks(
    chosen: Settings, pack: Callable[[], str] | None, file: Path | None
) -> dict[str, Callable[[], str]]:
    """What `/healthz` says of the service itself; `pack` where this process judges with it."""
    from monitor import topic

    faults = "" if pack else "; ".join(topic.find_pack(chosen).faults)

    def configuration() -> str:
        """Of every process on this file.  Why stays in the house: the page may be public."""
        known = running.read(file.absolute(), setting.now()) if file else ()
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
    from monitor.web.meters import Meters
    from monitor.web.site import open_site

    meters = Meters()
    report.listeners.append(meters.polled)
    service.report_missed(meters.missed)
    looks = _site_looks(chosen, pack, file)
    opened = open_site(chosen, clock=setting.now, meters=meters, looks=looks)
    site = await stack.enter_async_context(opened)
    for round_ in site.rounds:
        service.add(round_)
    report.serving(site.address)
