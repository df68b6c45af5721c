"""`monitor doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli import invocation, output, wellness
from monitor.cli.config import masked
from monitor.domain.alerts import AlertState
from monitor.domain.errors import ConfigError, MonitorError
from monitor.runtime import clock, status_file
from monitor.runtime.status_file import ServiceStatus

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.reports.latency import TimeToAlert
    from monitor.store.store import Store

_LOOK_BACK = timedelta(days=7)  # over alerts, for how long they took

Finding = tuple[str, str, str]  # "ok" | "warning" | "fault", what, the sentence


def doctor(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check settings, pack, database, feeds, subscriptions and what waits.

    Exit code 1 when something needs a person.
    """
    file = invocation.file(context)
    try:
        chosen = invocation.settled_settings(context)
    except ConfigError as error:
        _refused(file, error, json=json)
    findings = [
        finding
        for examine in (_settings, _pack, _database, _mail, _pages)
        for finding in _guarded(examine, chosen)
    ]
    findings += _running(file)
    if json:
        output.as_json(_as_json(findings))
    else:
        output.table(("", "subject", "finding"), findings, empty="")
    if any(level == "fault" for level, _, _ in findings):
        raise typer.Exit(1)


def _as_json(findings: list[Finding]) -> list[dict[str, str]]:
    return [{"level": a, "subject": b, "finding": c} for a, b, c in findings]


def _refused(file: Path | None, error: ConfigError, *, json: bool) -> NoReturn:
    """Without settings there is nothing to examine but who still runs on older ones."""
    services = _running(file)
    if json:
        output.as_json(_as_json([("fault", "settings", str(error)), *services]))
        raise typer.Exit(2)
    lines = [f"{subject}: {finding}" for _, subject, finding in services]
    raise ConfigError("\n".join([str(error), *lines])) from None


def _running(file: Path | None) -> list[Finding]:
    """The services that run on this file, and whether they run on what it says now."""
    if file is None:
        return []
    now = clock.now()
    return [_account(one) for one in status_file.read(file.absolute(), now)] or [
        ("ok", "service", "none runs on this configuration")
    ]


def _account(one: ServiceStatus) -> Finding:
    name = f"process {one.pid}, role {one.role}"
    if one.fault:
        said = f"refuses the file and keeps the settings it took at {one.since}: {one.fault}"
        return "fault", "service", f"{name}, {said}"
    if one.restart:
        waiting = ", ".join(one.restart)
        return "warning", "service", f"{name}, has to be restarted for: {waiting}"
    return "ok", "service", f"{name}, runs on the settings of {one.since} ({one.config})"


def _guarded(examine: Callable[[Settings], Iterator[Finding]], chosen: Settings) -> list[Finding]:
    try:
        return list(examine(chosen))
    except MonitorError as error:
        return [("fault", examine.__name__.strip("_"), str(error))]


def _settings(chosen: Settings) -> Iterator[Finding]:
    yield "ok", "settings", str(chosen.path or "defaults and environment")
    if not chosen.poll.contact:
        yield "warning", "settings", "poll.contact is empty: publishers can't reach you; set it"


def _pack(chosen: Settings) -> Iterator[Finding]:
    from monitor.classify.packs import registry
    from monitor.runtime import topic_pack

    found = topic_pack.find_pack(chosen)
    for fault in found.faults:
        yield "fault", "pack", f"degraded: {fault}"
    pack = found.pack
    topic_pack.keyword_rules(chosen, pack)
    instead = f", working in its place from {found.folder}" if found.faults else ""
    yield "ok", "pack", f"{pack.id}: {len(pack.themes)} themes{instead}"
    base = registry.pack_digest(topic_pack.pack_folder(chosen))
    if pack.training.get("base", base) != base:
        said = "the topic's own pack has changed since this one was taught: train with labels again"
        yield "warning", "pack", said


def _database(chosen: Settings) -> Iterator[Finding]:
    from monitor.runtime import build

    with build.open_store(chosen) as store:
        yield "ok", "database", f"{masked(chosen.database_url)}, revision {store.schema.current()}"
        for sentence in store.warnings():
            yield "warning", "database", sentence
        yield from wellness.findings(store, clock.now(), patience=chosen.health.notice_after)
        yield from _full_texts(store)
        told, alerts = store.subscriptions.list(), store.outbox.counts()
        took = store.latency.by_channel(clock.now() - _LOOK_BACK)
    yield ("ok" if told else "warning"), "subscriptions", f"{len(told)}"
    for subscription in told:
        if subscription.state_reason:
            said = f"{subscription.name} is {subscription.state}: {subscription.state_reason}"
            yield "warning", "subscriptions", said
    dead = alerts.get(AlertState.DEAD, 0)
    words = f"{alerts.get(AlertState.PENDING, 0)} waiting, {dead} undelivered"
    words += f", {alerts[AlertState.HELD]} held, {alerts[AlertState.SILENCED]} silenced"
    yield ("warning" if dead else "ok"), "alerts", words
    for channel, time in took.items():
        yield "ok", "time to alert", _took(channel, time)


def _full_texts(store: Store) -> Iterator[Finding]:
    from monitor.collect.fulltext import fetch_text

    wanting = sum(feed.fulltext for feed in store.feeds.list())
    if wanting and not fetch_text.is_installed():
        yield (
            "warning",
            "feeds",
            f"{wanting} with full text are judged without: {fetch_text.MISSING}",
        )


def _took(channel: str, time: TimeToAlert) -> str:
    """ "webhook: 0.4 s in the middle, 1.2 s for 95 of 100, from first seen to accepted (12 …)" """
    seen = time.waits["seen"]
    return (
        f"{channel}: {seen.p50:.1f} s in the middle, {seen.p95:.1f} s for 95 of 100, from first"
        f" seen to accepted ({time.alerts} alerts in {_LOOK_BACK.days} days)"
    )


def _mail(chosen: Settings) -> Iterator[Finding]:
    if chosen.email.host:
        yield "ok", "e-mail", f"{chosen.email.host}:{chosen.email.port}, {chosen.email.tls}"
        return
    folder = chosen.folder / chosen.email.folder
    yield "warning", "e-mail", f"no server set: messages are written to {folder}; see email.host"


def _pages(chosen: Settings) -> Iterator[Finding]:
    web = chosen.web
    if web.public_url and not web.listen:
        said = (
            "web.listen is empty: unless another process serves them, links in mails lead nowhere"
        )
        yield "warning", "pages", said
    elif not web.listen:
        yield "ok", "pages", "none are served; see web.listen"
    elif not web.public_url:
        said = f"served at {web.listen}; web.public_url is empty: mails have no link to unsubscribe"
        yield "warning", "pages", said
    else:
        yield "ok", "pages", f"served at {web.listen}, for readers at {web.public_url}"
