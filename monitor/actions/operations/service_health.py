"""Health check: whether the service works, degraded or down, with the reasons."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.domain.feeds import FeedState
from monitor.store.reports.work_state import ReceiverCounts, WorkState
from monitor.text.formats import rfc3339

# A round takes seconds: only work that has stopped is so late.
LATE = timedelta(minutes=15)

_BROKEN = (FeedState.FAILING, FeedState.GONE)
_NONE: Mapping[str, str] = MappingProxyType({})


class ServiceStatus(enum.StrEnum):
    """The status in one word; only `DOWN` needs a restart or a person at once."""

    OK = "ok"
    DEGRADED = "degraded"  # a part does not work
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthStatus:
    """The answer of `/healthz`."""

    status: ServiceStatus
    reasons: tuple[str, ...] = ()  # one sentence each; empty when the status is OK
    last_read_at: datetime | None = None
    oldest_alert_at: datetime | None = None
    feeds: Mapping[FeedState, int]


def unreachable_database(reason: str) -> HealthStatus:
    """The status of a service that can't reach its database."""
    return HealthStatus(status=ServiceStatus.DOWN, reasons=(f"database: {reason}",), feeds={})


def health_status(
    stored: WorkState, now: datetime, *, started_at: datetime, faults: Mapping[str, str] = _NONE
) -> HealthStatus:
    """The status of a service whose database answers.

    A receiver that fails degrades the service; it is down only when nothing is tried any more.
    Work that was due before this process started is counted as due at its start.  `faults` are
    sentences about faults of the service itself, by name.
    """
    down = tuple(_stopped_work(stored, now, started_at))
    degraded = (*_degraded_parts(stored, faults), *_failing_receivers(stored.receivers))
    return HealthStatus(
        status=ServiceStatus.DOWN
        if down
        else ServiceStatus.DEGRADED
        if degraded
        else ServiceStatus.OK,
        reasons=(*down, *degraded),
        last_read_at=stored.last_read_at,
        oldest_alert_at=stored.oldest_alert_at,
        feeds={state: number for state, number in stored.feeds.items() if number},
    )


def _stopped_work(stored: WorkState, now: datetime, started_at: datetime) -> Iterator[str]:
    read_at = stored.last_read_at
    is_unread = _is_late(read_at or started_at, now, started_at)
    if is_unread and _is_late(stored.feed_due_at, now, started_at):
        yield f"polling has stopped: a feed has been due since {rfc3339(stored.feed_due_at)}"
    elif is_unread and stored.feeds_ahead:
        yield f"polling has stopped: {_clock_fault(stored)}"
    tried_at = stored.last_attempt_at
    if _is_late(stored.alert_due_at, now, started_at) and _is_late(
        tried_at or started_at, now, started_at
    ):
        yield f"delivery has stopped: an alert has been due since {rfc3339(stored.alert_due_at)}"
    active = sum(stored.feeds.values()) - stored.feeds.get(FeedState.PAUSED, 0)
    broken = sum(stored.feeds.get(state, 0) for state in _BROKEN)
    if active and broken == active:
        yield "no feed can be read: see `monitor feeds list`"


def _degraded_parts(stored: WorkState, faults: Mapping[str, str]) -> Iterator[str]:
    broken = sum(stored.feeds.get(state, 0) for state in _BROKEN)
    if broken:
        yield f"{broken} of {sum(stored.feeds.values())} feeds can't be read"
    silent = stored.feeds.get(FeedState.SILENT, 0)
    if silent:
        total = sum(stored.feeds.values())
        yield f"{silent} of {total} feeds are silent: see `monitor feeds list --state silent`"
    if stored.feeds_ahead:
        yield f"clock: {_clock_fault(stored)}"
    for name, fault in faults.items():
        yield f"{name}: {fault}"


def _clock_fault(stored: WorkState) -> str:
    noun = "feed was" if stored.feeds_ahead == 1 else "feeds were"
    return f"{stored.feeds_ahead} {noun} polled in the future: the clock was ahead, or is behind"


def _failing_receivers(receivers: ReceiverCounts) -> Iterator[str]:
    """Counts only: the page may be public, and names of subscriptions may be addresses."""
    see = "see `monitor subscriptions list`"
    if receivers.failing:
        yield f"{receivers.failing} of {receivers.active} receivers accept no message now: {see}"
    if receivers.disabled:
        noun = "subscription is" if receivers.disabled == 1 else "subscriptions are"
        yield f"{receivers.disabled} {noun} disabled: {see}"


def _is_late(since: datetime | None, now: datetime, started_at: datetime) -> bool:
    return since is not None and now - max(since, started_at) > LATE
