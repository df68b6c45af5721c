"""Does the service do its work just now, and if not, why?"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.domain.feeds import FeedState
from monitor.store.reports.metrics import StoreMetrics
from monitor.text.formats import rfc3339

# A round takes seconds; only work that stands still is so late.
LATE = timedelta(minutes=15)

_BROKEN = (FeedState.FAILING, FeedState.GONE)
_NONE: Mapping[str, str] = MappingProxyType({})


class Status(enum.StrEnum):
    """In one word; `DOWN` is the only one that a restart or a person should answer at once."""

    OK = "ok"
    DEGRADED = "degraded"  # works, but not all of it
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthStatus:
    """The answer of `/healthz`."""

    status: Status
    reasons: tuple[str, ...] = ()  # a sentence each; none when all is well
    last_read_at: datetime | None = None
    oldest_alert_at: datetime | None = None
    feeds: Mapping[FeedState, int]


def unreachable(reason: str) -> HealthStatus:
    """Of a service that can't ask its database."""
    return HealthStatus(status=Status.DOWN, reasons=(f"database: {reason}",), feeds={})


def judge(
    figures: StoreMetrics, now: datetime, *, started_at: datetime, faults: Mapping[str, str] = _NONE
) -> HealthStatus:
    """Of a service whose database answers.

    What was due before this process started is counted from its start: it could not have been
    done earlier.  `faults` says, by name, what is wrong with the service itself.
    """
    down = tuple(_standstills(figures, now, started_at))
    degraded = tuple(_shortcomings(figures, faults))
    return HealthStatus(
        status=Status.DOWN if down else Status.DEGRADED if degraded else Status.OK,
        reasons=(*down, *degraded),
        last_read_at=figures.last_read_at,
        oldest_alert_at=figures.oldest_alert_at,
        feeds={state: number for state, number in figures.feeds.items() if number},
    )


def _standstills(figures: StoreMetrics, now: datetime, started_at: datetime) -> Iterator[str]:
    read_at = figures.last_read_at
    if _is_late(figures.feed_due_at, now, started_at) and _is_late(
        read_at or started_at, now, started_at
    ):
        yield f"polling stands still: a feed is due since {rfc3339(figures.feed_due_at)}"
    if _is_late(figures.alert_due_at, now, started_at):
        yield f"delivering stands still: an alert is due since {rfc3339(figures.alert_due_at)}"
    asked = sum(figures.feeds.values()) - figures.feeds.get(FeedState.PAUSED, 0)
    broken = sum(figures.feeds.get(state, 0) for state in _BROKEN)
    if asked and broken == asked:
        yield "no feed can be read: see `monitor feeds list`"


def _shortcomings(figures: StoreMetrics, faults: Mapping[str, str]) -> Iterator[str]:
    broken = sum(figures.feeds.get(state, 0) for state in _BROKEN)
    if broken:
        yield f"{broken} of {sum(figures.feeds.values())} feeds can't be read"
    silent = figures.feeds.get(FeedState.SILENT, 0)
    if silent:
        of = sum(figures.feeds.values())
        yield f"{silent} of {of} feeds are silent: see `monitor feeds list --state silent`"
    for name, fault in faults.items():
        yield f"{name}: {fault}"


def _is_late(since: datetime | None, now: datetime, started_at: datetime) -> bool:
    return since is not None and now - max(since, started_at) > LATE
