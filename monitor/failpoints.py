"""Where tests have the process die: named points, at the edges of what is promised.

`MONITOR_CRASH_AT=alert.sent:3` kills the process, as SIGKILL does, when it comes to that point for
the third time.  It is for tests alone; where it is not set, a point costs one comparison.
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
    """Every place there is."""

    FETCHED = "feed.fetched"  # read from the publisher, nothing kept yet
    JUDGED = "poll.judged"  # decided, not committed
    STORING = "poll.storing"  # in the transaction: articles inserted, alerts not yet
    COMMITTED = "poll.committed"
    CLAIMING = "alerts.claiming"  # in the transaction: leased, not committed
    CLAIMED = "alerts.claimed"
    SENDING = "alert.sending"  # about to be handed over
    SENT = "alert.sent"  # the receiver has said yes, nothing is recorded
    RECORDING = "alert.recording"  # in the transaction
    RECORDED = "alert.recorded"
    ENDING = "service.ending"  # told to stop, work still under way
    MIGRATING = "schema.migrating"  # in the transaction, every step taken
    BACKING_UP = "backup.writing"  # written, not yet under its name


_wanted: Point | None = None
_times = 1
_seen: Counter[Point] = Counter()


def arm(environment: Mapping[str, str]) -> None:
    """Die at the point that the variable names: `point`, or `point:n` at the nth time.

    Raise ConfigError for another one.
    """
    global _wanted, _times
    text = environment.get(VARIABLE)
    if text is None:
        return
    name, _, times = text.partition(":")
    try:
        _wanted, _times = Point(name), int(times or 1)
    except ValueError:
        known = ", ".join(Point)
        raise ConfigError(f"{VARIABLE}={text}: no such point; there are {known}") from None


def hit(point: Point) -> None:
    """Go on, unless a test wants this process to die here."""
    if _wanted is point:
        _seen[point] += 1
        if _seen[point] >= _times:
            os.kill(os.getpid(), signal.SIGKILL)
