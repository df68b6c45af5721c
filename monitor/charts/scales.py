"""Scales of the axes of charts: round steps for counts, powers of ten for what spans many orders.

A scale maps a value to a share of the axis, from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

# Durations that people know, for the ticks of an axis of waiting times.
_TICKS = (
    (0.001, "1 ms"), (0.01, "10 ms"), (0.1, "0.1 s"), (1, "1 s"), (10, "10 s"), (60, "1 min"),
    (600, "10 min"), (3_600, "1 h"), (36_000, "10 h"), (86_400, "1 day"), (864_000, "10 days"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tick:
    """A value of an axis that is written beside it, and where it stands, from 0 to 1."""

    share: float
    label: str


def count_ticks(most: int, steps: int = 4) -> tuple[float, list[Tick]]:
    """The end of a linear axis that holds `most`, and its ticks, without the one at zero."""
    step = _round_step(max(most, 1) / steps)
    end = step * math.ceil(max(most, 1) / step)
    return end, [Tick(step * at / end, short_count(step * at)) for at in range(1, end // step + 1)]


def _round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is not below `least`."""
    power: int = 10 ** max(0, math.floor(math.log10(least))) if least > 1 else 1
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def log_count(most: int) -> tuple[Callable[[int], float], list[Tick]]:
    """A logarithmic axis for counts up to `most`, on which one is above zero; and its ticks."""
    end = math.log10(1 + max(most, 1))
    powers = [10**power for power in range(math.floor(math.log10(max(most, 1))) + 1)]

    def share(count: int) -> float:
        return math.log10(1 + count) / end

    return share, [Tick(share(power), short_count(power)) for power in powers]


def log_time(low: float, high: float) -> tuple[Callable[[float], float], list[Tick]]:
    """A logarithmic axis for seconds that holds `low` to `high`, and its ticks."""
    least = max(_TICKS[0][0], low)
    begin = max((at for at, _ in _TICKS if at <= least), default=_TICKS[0][0])
    end = min((at for at, _ in _TICKS if at >= high and at > begin), default=max(high, 1.0))
    span = math.log10(end / begin)

    def share(seconds: float) -> float:
        clipped = min(max(seconds, begin), end)
        return math.log10(clipped / begin) / span

    return share, [Tick(share(at), label) for at, label in _TICKS if begin <= at <= end]


def short_count(count: int) -> str:
    """ "950", "1.2k", "3M": a count in a few signs."""
    for size, suffix in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + suffix
    return str(count)


def short_seconds(seconds: float) -> str:
    """ "80 ms", "2.9 s", "4 min", "3.5 h": a waiting time in a few signs."""
    if seconds < 1:
        return f"{seconds * 1_000:.0f} ms"
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size * 1.5:
            return f"{seconds / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.1f}".removesuffix(".0") + " s"
