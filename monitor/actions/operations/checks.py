"""Check an installation: settings, pack, database, feeds, subscriptions, mail, running services."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.operations import service_health
from monitor.actions.operations.configuration import mask_password
from monitor.actions.operations.console_findings import console_findings
from monitor.actions.operations.feed_findings import feed_findings
from monitor.actions.operations.findings import Finding, FindingLevel, fault, ok, warning
from monitor.actions.operations.job_findings import job_findings
from monitor.actions.operations.service_health import ServiceStatus
from monitor.actions.operations.story_findings import story_findings
from monitor.actions.subscribing import destinations
from monitor.domain.alerts import AlertState, Subscription, SubscriptionState
from monitor.domain.errors import ConfigError, MonitorError
from monitor.runtime import build, status_file, topic_pack, topics
from monitor.runtime.status_file import RunningSettings
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.reports.latency import TimeToAlert
    from monitor.store.store import Store

_LEVELS = {
    ServiceStatus.OK: FindingLevel.OK,
    ServiceStatus.DEGRADED: FindingLevel.WARNING,
    ServiceStatus.DOWN: FindingLevel.FAULT,
}
_LOOK_BACK = timedelta(days=7)  # over alerts, for the time that they took
_MOST_ALERTS = 2_000  # of these days: the percentiles of all take longer than the other findings

_PATIENCE = timedelta(seconds=3)  # for a database that can't be reached

_OpenStore = Callable[[], "Store"]
_Check = Callable[["Settings", datetime], Iterator[Finding]]


def check_installation(settings: Settings, file: Path | None, now: datetime) -> list[Finding]:
    """Every finding about these settings and what they name; `file` is where they stand.

    An error in one check is a fault among the findings, and does not end the others.
    """
    open_store = _opener(settings)
    checks: dict[str, _Check] = {
        "settings": _check_settings,
        "pack": _check_pack,
        "database": partial(_check_database, open_store=open_store),
        "subscriptions": partial(_check_subscribed_topics, open_store=open_store),
        "mail": _check_mail,
        "pages": _check_pages,
    }
    findings: list[Finding] = []
    for name, check in checks.items():
        findings += _guarded(name, check, settings, now)
    running = list(status_file.read(file.absolute(), now)) if file else []
    check_health = partial(_check_health, running=running, open_store=open_store)
    findings += _guarded("health", check_health, settings, now)
    findings += check_running_services(file, now)
    shared_database = partial(_check_shared_database, running=running)
    findings += _guarded("service", shared_database, settings, now)
    return findings + _guarded("pack", partial(_check_packs, running=running), settings, now)


def _opener(settings: Settings) -> _OpenStore:
    """Opens the database for each check; when that failed once, it fails at once the next time."""
    failures: list[MonitorError] = []

    def open_store() -> Store:
        if failures:
            raise failures[0]
        try:
            return build.open_store(settings, patience=_PATIENCE)
        except MonitorError as error:
            failures.append(error)
            raise

    return open_store


def check_running_services(file: Path | None, now: datetime) -> list[Finding]:
    """The services that run on this file, and whether they run on what it says now."""
    if file is None:
        return []
    findings = [_service(status) for status in status_file.read(file.absolute(), now)]
    return findings or [ok("service", "none runs on this configuration")]


def _check_health(
    settings: Settings,
    now: datetime,
    *,
    running: Sequence[RunningSettings],
    open_store: _OpenStore,
) -> Iterator[Finding]:
    """The answer of `/healthz`: the same status for the same reasons.

    Without a service here, work that is due is not late: cron may start it.
    """
    starts = [status.counting_since for status in running if status.counting_since is not None]
    with open_store() as store:
        stored = store.work(now)
    health = service_health.health_status(stored, now, started_at=max(starts, default=now))
    reasons = "; ".join(health.reasons)
    sentence = f"{health.status}: {reasons}" if reasons else f"{health.status}"
    yield Finding(_LEVELS[health.status], "health", sentence)


def _check_shared_database(
    settings: Settings, now: datetime, *, running: Sequence[RunningSettings]
) -> Iterator[Finding]:
    if len(running) > 1 and build.sqlite_file(settings):
        count = len(running)
        yield warning(
            "service", f"{count} processes use one SQLite file: stop all but one, or use PostgreSQL"
        )


def _check_packs(
    settings: Settings, now: datetime, *, running: Sequence[RunningSettings]
) -> Iterator[Finding]:
    """The services that judge by another pack than the one that the registry has in use."""
    judging = [status for status in running if status.pack]
    if not judging:
        return
    by_topic = topics.settings_by_topic(settings).values()
    in_use = ", ".join(topic_pack.find_pack(topic).pack.id for topic in by_topic)
    for status in judging:
        if status.pack != in_use:
            yield warning(
                "pack",
                f"process {status.pid} still judges by {status.pack}: it takes another pack within"
                " 5 s; if it does not, its log says why (`pack.refused`)",
            )


def needs_person(findings: Sequence[Finding]) -> bool:
    """Whether any finding is a fault."""
    return any(finding.level is FindingLevel.FAULT for finding in findings)


def _guarded(name: str, check: _Check, settings: Settings, now: datetime) -> list[Finding]:
    try:
        return list(check(settings, now))
    except MonitorError as error:
        return [fault(name, str(error))]


def _service(status: RunningSettings) -> Finding:
    name = f"process {status.pid}, role {status.role}"
    if status.fault:
        refusal = f"refuses the file and keeps the settings it took at {status.since}"
        return fault("service", f"{name}, {refusal}: {status.fault}")
    if status.restart:
        waiting = ", ".join(status.restart)
        return warning("service", f"{name}, has to be restarted for: {waiting}")
    return ok("service", f"{name}, runs on the settings of {status.since} ({status.config})")


def _check_settings(settings: Settings, now: datetime) -> Iterator[Finding]:
    yield ok("settings", str(settings.path or "defaults and environment"))
    if not settings.poll.contact:
        yield warning("settings", "poll.contact is empty: publishers can't reach you; set it")


def _check_pack(settings: Settings, now: datetime) -> Iterator[Finding]:
    for topic in topics.settings_by_topic(settings).values():
        yield from _check_topic_pack(topic)


def _check_topic_pack(settings: Settings) -> Iterator[Finding]:
    from monitor.classify.packs import pack_registry

    in_use = topic_pack.find_pack(settings)
    for sentence in in_use.faults:
        yield fault("pack", f"degraded: {sentence}")
    pack = in_use.pack
    topic_pack.keyword_rules(settings, pack)
    instead = f", working in its place from {in_use.folder}" if in_use.faults else ""
    yield ok("pack", f"{pack.id}: {len(pack.themes)} themes{instead}")
    if topic_pack.has_stories(settings):
        topic_pack.load_story_pack(settings)
    else:
        yield ok("stories", f"none: {pack.name} has no data for grouping; every article alerts")
    base = pack_registry.pack_digest(topic_pack.pack_folder(settings))
    if pack.training.get("base", base) != base:
        yield warning(
            "pack",
            "the topic's own pack has changed since this one was taught: train with marks again",
        )


def _check_database(
    settings: Settings, now: datetime, *, open_store: _OpenStore
) -> Iterator[Finding]:
    with open_store() as store:
        yield from database_findings(store, settings, now)


def database_findings(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    """What the database says about itself, feeds, the search, subscriptions and alerts."""
    place = mask_password(settings.database_url)
    yield ok("database", f"{place}, revision {store.schema.current()}")
    for sentence in store.warnings():
        yield warning("database", sentence)
    yield from feed_findings(store, now, patience=settings.health.notice_after)
    yield from _check_full_text(store)
    yield _check_search(store)
    yield from story_findings(store, settings)
    yield from console_findings(store, settings.web, now)
    yield from job_findings(store, now)
    subscriptions, alerts = store.subscriptions.list(), store.outbox.counts()
    latency = store.latency.by_channel(now - _LOOK_BACK, newest=_MOST_ALERTS)
    yield from _subscriptions(subscriptions, now, settings.health.notice_after)
    dead = alerts.get(AlertState.DEAD, 0)
    counts = f"{alerts.get(AlertState.PENDING, 0)} waiting, {dead} undelivered"
    counts += f", {alerts[AlertState.HELD]} held, {alerts[AlertState.SILENCED]} silenced"
    yield warning("alerts", counts) if dead else ok("alerts", counts)
    for channel, time in latency.items():
        yield ok("time to alert", _time_to_alert(channel, time))


def _subscriptions(
    subscriptions: Sequence[Subscription], now: datetime, patience: timedelta
) -> Iterator[Finding]:
    count = str(len(subscriptions))
    yield ok("subscriptions", count) if subscriptions else warning("subscriptions", count)
    for subscription in subscriptions:
        yield from _subscription(subscription, now, patience)


def _check_subscribed_topics(
    settings: Settings, now: datetime, *, open_store: _OpenStore
) -> Iterator[Finding]:
    """The subscriptions to topics that were removed from the settings."""
    watched = topics.settings_by_topic(settings).keys()
    with open_store() as store:
        subscriptions = store.subscriptions.list()
    for subscription in subscriptions:
        lost = sorted(subscription.topics - watched)
        if lost:
            remedy = "add it to topic.further, or use `monitor subscriptions edit NAME --topic`"
            sentence = f"{subscription.name}: {', '.join(lost)} is not watched any more: {remedy}"
            yield fault("subscriptions", sentence)


def _subscription(
    subscription: Subscription, now: datetime, patience: timedelta
) -> Iterator[Finding]:
    """Disabled ones need a person; receivers that fail do when that has lasted for `patience`."""
    health = subscription.health
    if subscription.state_reason:
        disabled = subscription.state is SubscriptionState.DISABLED
        level = FindingLevel.FAULT if disabled else FindingLevel.WARNING
        sentence = f"{subscription.name} is {subscription.state}: {subscription.state_reason}"
        if disabled:
            sentence += f"; `monitor subscriptions resume {shlex.quote(subscription.name)}`"
        yield Finding(level, "subscriptions", sentence)
    elif subscription.state is SubscriptionState.ACTIVE and health.failures:
        since = health.failing_since
        lasts = since is not None and now - since >= patience
        lasted = f" for {readable_duration(now - since)}" if since else ""
        tries = "1 try" if health.failures == 1 else f"{health.failures} tries in a row"
        yield Finding(
            FindingLevel.FAULT if lasts else FindingLevel.WARNING,
            "subscriptions",
            f"{subscription.name} accepts no message{lasted} ({tries} failed):"
            " `monitor deliveries list` shows the reasons",
        )


def _check_full_text(store: Store) -> Iterator[Finding]:
    count = sum(feed.fulltext for feed in store.feeds.list())
    reason = build.full_text_fault()
    if count and reason:
        yield warning("feeds", f"{count} with full text are judged without: {reason}")


def _check_search(store: Store) -> Finding:
    progress = store.search.progress()
    counts = f"the words of {progress.indexed:,} of {progress.articles:,} articles are indexed"
    if progress.is_complete:
        return ok("search", counts)
    return warning("search", f"{counts}: `monitor run` and `monitor db index` index the rest")


def _time_to_alert(channel: str, time: TimeToAlert) -> str:
    """ "webhook: 0.4 s in the middle, 1.2 s for 95 of 100, from first seen to accepted (12 …)" """
    seen = time.waits["seen"]
    return (
        f"{channel}: {seen.p50:.1f} s in the middle, {seen.p95:.1f} s for 95 of 100, from first"
        f" seen to accepted ({time.alerts:,} alerts in {_LOOK_BACK.days} days, the newest"
        f" {_MOST_ALERTS:,} at most)"
    )


def _check_mail(settings: Settings, now: datetime) -> Iterator[Finding]:
    email = settings.email
    if email.host:
        yield _mail_server(settings)
        return
    folder = settings.folder / email.folder
    yield warning("e-mail", f"no server set: messages are written to {folder}; see email.host")


def _mail_server(settings: Settings) -> Finding:
    """Whether the mail server answers, and accepts our login; no mail is sent."""
    email = settings.email
    server = f"{email.host}:{email.port}, {email.tls}"
    try:
        remark = asyncio.run(destinations.check_mail_server(settings))
    except ConfigError as error:
        return fault("e-mail", f"{server}: {error}")
    return fault("e-mail", f"{server}: {remark}") if remark else ok("e-mail", f"{server}, answers")


def _check_pages(settings: Settings, now: datetime) -> Iterator[Finding]:
    web = settings.web
    if web.public_url and not web.listen:
        yield warning(
            "pages",
            "web.listen is empty: unless another process serves them, links in mails lead nowhere",
        )
    elif not web.listen:
        yield ok("pages", "none are served; see web.listen")
    elif not web.public_url and web.console:
        yield ok("pages", f"served at {web.listen}; mails link to them with web.public_url only")
    elif not web.public_url:
        yield warning(
            "pages",
            f"served at {web.listen}; web.public_url is empty: mails have no link to unsubscribe",
        )
    else:
        yield ok("pages", f"served at {web.listen}, for readers at {web.public_url}")
