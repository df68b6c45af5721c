"""Health checks, beside polling and delivery: feed notices, service faults, coverage, heartbeat.

Each round takes `now`, reads the database in the store's thread, and adds its notices to the outbox
in the transaction that records that they were sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Protocol

from monitor.alerts import match
from monitor.deliver.messages import coverage_statement, fault_notice, feed_changes
from monitor.domain.alerts import Alert, PollCounts
from monitor.domain.errors import DeliveryError
from monitor.domain.feeds import FeedState
from monitor.domain.ports import RunInStore
from monitor.health import feed_notices
from monitor.health.coverage import sentence
from monitor.health.feed_notices import WELL, FeedHealth, FeedNotice, NoticePolicy
from monitor.store.store import Store

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
# How long a fault of the service must last before it is notified: not an edit of the configuration
# that is corrected at once.
LASTING = timedelta(minutes=2)


class HeartbeatPort(Protocol):
    """Tell an outside monitor that the service is alive.  Raise DeliveryError."""

    async def __call__(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecks:
    """What the rounds work with; `runtime/build.py` puts it together."""

    store: Store
    run_in_store: RunInStore
    notice_policy: NoticePolicy
    at: time  # of the daily coverage statement
    zone: tzinfo


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


async def check_feeds(checks: HealthChecks, now: datetime) -> None:
    """Record that a service is watching, and notify of the feeds whose state changed."""
    await checks.run_in_store(partial(checks.store.record_heartbeat, now))
    notice = await checks.run_in_store(partial(_notify_of_feeds, checks, now))
    for feed in notice.feeds if notice else ():
        level = logging.INFO if feed.state is WELL else logging.WARNING
        fields = {
            "feed": feed.url,
            "state": feed.state.value,
            "was": feed.notified_state.value,
            "why": feed.why,
        }
        log.log(level, "feed.state_changed", extra=fields)


def _notify_of_feeds(checks: HealthChecks, now: datetime) -> FeedNotice | None:
    """Store the notice that is due, if any; None, too, when another process stored it first."""
    store = checks.store
    unhealthy, total = store.feed_notices.list()
    notice = feed_notices.due_notice(unhealthy, total, now, checks.notice_policy)
    if notice is None:
        return None
    healthy = total - sum(feed.state is not WELL for feed in unhealthy)
    content = feed_changes.content(notice, healthy=healthy, watched=total, now=now)
    subscriptions = store.subscriptions.list()
    occasion = " ".join(sorted(map(_occasion, notice.feeds)))
    alerts = match.notices(content, subscriptions, now, occasion=occasion)
    return notice if store.feed_notices.record(notice.feeds, alerts, now) else None


def _occasion(feed: FeedHealth) -> str:
    """A name for this change of this feed: the same change has the same name."""
    notified_at = feed.notified_at.isoformat() if feed.notified_at else "never"
    return f"{feed.key} {notified_at} {feed.notified_state} {feed.state}"


# ── the service itself ───────────────────────────────────────────────────────────────────────────


class ServiceFaultCheck:
    """Notifies when this process has a fault that lasts, and when that is over."""

    def __init__(
        self,
        checks: HealthChecks,
        fault_checks: Mapping[str, Callable[[], str]],
        *,
        lasting: timedelta,
    ) -> None:
        """`fault_checks` say by name what is wrong, or nothing; of `lasting` see LASTING."""
        self._checks = checks
        self._fault_checks = fault_checks
        self._lasting = lasting
        self._since: dict[str, datetime] = {}

    async def __call__(self, now: datetime) -> None:
        faults = self._faults()
        self._since = {name: self._since.get(name, now) for name in faults}
        lasting = {
            name: fault
            for name, fault in faults.items()
            if now - self._since[name] >= self._lasting
        }
        # A fault that does not last yet is left as it is stored: neither present nor over.
        settled = [name for name in self._fault_checks if name in lasting or name not in faults]
        if await self._checks.run_in_store(partial(self._notify, settled, lasting, now)):
            for name, fault in sorted(lasting.items()):
                log.error("service.degraded", extra={"condition": name, "error": fault})

    def _faults(self) -> dict[str, str]:
        faults = {name: check() for name, check in self._fault_checks.items()}
        return {name: fault for name, fault in faults.items() if fault}

    def _notify(self, settled: Sequence[str], lasting: Mapping[str, str], now: datetime) -> bool:
        store = self._checks.store
        subscriptions = store.subscriptions.list()

        def notices(present: Mapping[str, str], over: Mapping[str, str]) -> Sequence[Alert]:
            content = fault_notice.content(present, over)
            return match.notices(content, subscriptions, now, occasion=now.isoformat())

        return store.service_faults.replace(settled, lasting, notices, now)


# ── the daily statement ──────────────────────────────────────────────────────────────────────────


class CoverageStatement:
    """Sends once on each local date the coverage of the day before.

    Its alerts are keyed by the date: however often this process starts, and however many processes
    there are, each subscriber gets one.
    """

    def __init__(self, checks: HealthChecks) -> None:
        self._checks = checks
        self._stated: date | None = None

    async def __call__(self, now: datetime) -> None:
        day = last_date(now, self._checks.at, self._checks.zone)
        if day != self._stated:
            statement = await self._checks.run_in_store(partial(self._state, day, now))
            if statement:
                log.info("coverage.ready", extra={"date": day.isoformat(), "coverage": statement})
            self._stated = day

    def _state(self, day: date, now: datetime) -> str:
        """Store the alerts; return the statement, empty where no feed was ever polled."""
        store, at, zone = self._checks.store, self._checks.at, self._checks.zone
        since, until = utc_instant(day - DAY, at, zone), utc_instant(day, at, zone)
        coverage = store.coverage(since, until)
        subscriptions = [
            subscription
            for subscription in store.subscriptions.list()
            if subscription.created_at < until
        ]
        content = coverage_statement.content(coverage, day)
        store.outbox.add(match.notices(content, subscriptions, now, occasion=day.isoformat()))
        never_polled = len(coverage.in_states(FeedState.NEW))
        return "" if 0 < never_polled == coverage.feeds else sentence(coverage)


def utc_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """When local clocks show this time; the first of the two when they show it twice."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def last_date(now: datetime, at: time, zone: tzinfo) -> date:
    """The last local date on which this time has passed."""
    today = now.astimezone(zone).date()
    return today if utc_instant(today, at, zone) <= now else today - DAY


# ── the heartbeat (a dead man's switch) ──────────────────────────────────────────────────────────


class Heartbeat:
    """Calls an outside monitor after each good round, so that it notices when the calls stop.

    A round is good when it was stored and at least one publisher answered well.  Without a good
    round there is no call, whatever else this process does.
    """

    def __init__(self, call: HeartbeatPort) -> None:
        self._call = call
        self._good = False
        self._failing = False

    def polled(self, polls: Sequence[PollCounts]) -> None:
        """Note whether a publisher answered well in this round, which was stored."""
        self._good |= any(
            poll.at is not None and poll.state.last_ok_at == poll.at for poll in polls
        )

    async def __call__(self, now: datetime) -> None:
        if not self._good:
            return
        try:
            await self._call()
        except DeliveryError as error:  # the next tick tries again: the round was good
            if not self._failing:
                log.warning("deadman.failed", extra={"error": str(error)})
            self._failing = True
            return
        self._good = self._failing = False
