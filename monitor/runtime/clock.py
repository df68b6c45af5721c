"""The wall clock: `now`, read only where work starts; below that, time is an argument."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# Corrections, as by NTP, are smaller; a machine that was suspended makes a step, too.
_STEP = timedelta(minutes=1)


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


class StepDetector:
    """Since when the wall clock has run evenly: the start, or its last step ahead or back.

    What is overdue is counted from then: after a step ahead all work is overdue by the clock, and
    none has had the time to be done.
    """

    def __init__(
        self, clock: Callable[[], datetime] = now, steady: Callable[[], float] = time.monotonic
    ) -> None:
        """`steady` counts seconds that no step changes."""
        self._clock, self._steady = clock, steady
        self._since = self._wall_at = clock()
        self._steady_at = steady()

    def since(self) -> datetime:
        """The start or the last step; to be called every few minutes, or it finds a step late."""
        wall_at, steady_at = self._clock(), self._steady()
        elapsed = timedelta(seconds=steady_at - self._steady_at)
        if abs(wall_at - self._wall_at - elapsed) > _STEP:
            self._since = wall_at
        self._wall_at, self._steady_at = wall_at, steady_at
        return self._since
