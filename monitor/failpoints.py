"""Failpoints: named places where tests kill the process, at the edges of what is promised.

`MONITOR_CRASH_AT=alert.sent:3` kills the process by SIGKILL when it reaches that point for the
third time.  It is for tests only; when it is not set, a point costs one comparison.
"""

from __future__ import annotations

import enum
import os
import signal
from collections import Counter
from collections.abc import Mapping

from monitor.domain.errors import ConfigError

VARIABLE = "MONITOR_CRASH_AT"


class Point(enum.StrEnum):
    """Every fail point."""

    FETCHED = "feed.fetched"  # downloaded, nothing stored yet
    JUDGED = "poll.judged"  # decided, not committed
    STORING = "poll.storing"  # in the transaction: articles inserted, alerts not yet
    COMMITTED = "poll.committed"
    CLAIMING = "alerts.claiming"  # in the transaction: leased, not committed
    CLAIMED = "alerts.claimed"
    SENDING = "alert.sending"  # before the message is handed over
    SENT = "alert.sent"  # the receiver accepted it, nothing is recorded
    RECORDING = "alert.recording"  # in the transaction
    RECORDED = "alert.recorded"
    ENDING = "service.ending"  # stopped, with tasks still running
    MIGRATING = "schema.migrating"  # in the transaction, after the last step
    JOB = "job.started"  # in the process of a job, before its work
    BACKING_UP = "backup.writing"  # written, not yet renamed


_armed: Point | None = None
_times = 1
_hits: Counter[Point] = Counter()


def arm(environment: Mapping[str, str]) -> None:
    """Arm the point that the variable names: `point`, or `point:n` for its nth hit.

    Raise ConfigError for a name that is no point.
    """
    global _armed, _times
    text = environment.get(VARIABLE)
    if text is None:
        return
    name, _, times = text.partition(":")
    try:
        _armed, _times = Point(name), int(times or 1)
    except ValueError:
        points = ", ".join(Point)
        raise ConfigError(f"{VARIABLE}={text}: no such point; there are {points}") from None


def hit(point: Point) -> None:
    """Kill this process if the point is armed; else do nothing."""
    if _armed is point:
        _hits[point] += 1
        if _hits[point] >= _times:
            os.kill(os.getpid(), signal.SIGKILL)
