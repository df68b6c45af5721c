"""The usual band of daily counts in a chart, and the days beyond it.

The band of a day ends above three quarters of the other days, by what chance does to counts, or by
one and a half times the distance between their quarters, where that is more (Tukey's fence).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

FEWEST_DAYS = 7  # other days; with fewer nobody knows what is usual
_FENCE = 1.5  # distances between the quarters
_CHANCE = 3.0  # standard deviations of a count, which are the root of the usual count
_FEWEST = 3.0  # so many more are no event


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A day with more than its usual band allows."""

    place: int  # of the day
    count: int
    usual: float  # the median of the other days

    @property
    def times(self) -> float | None:
        """How many times the usual count; None where nothing is usual."""
        return self.count / self.usual if self.usual else None


def spikes(counts: Sequence[int]) -> list[Spike]:
    """The days beyond their band, in order; `counts` has whole days only."""
    beyond = []
    for place, count in enumerate(counts):
        others = [*counts[:place], *counts[place + 1 :]]
        if len(others) < FEWEST_DAYS:
            break
        usual = median(others)
        lower, _, upper = quantiles(others, n=4, method="inclusive")
        margin = max(_FENCE * (upper - lower), _CHANCE * math.sqrt(usual), _FEWEST)
        if count > upper + margin:
            beyond.append(Spike(place=place, count=count, usual=usual))
    return beyond
