"""Intervals of precision, recall and F1 by a bootstrap over ISO weeks, also of a difference.

Articles of one week report the same events, so they are drawn together: intervals from single
lines would be too narrow.  Two packs are compared on the same draws (a paired bootstrap).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 2_000
COVERED = 0.95  # of the draws lie inside an interval
_SEED = 20251129  # the same lines give the same intervals
MEASURES = ("precision", "recall", "f1")

Counts = NDArray[np.int64]  # a row for each week: hits, flagged, positive lines
Interval = tuple[float, float]


def week_names(dates: Sequence[object]) -> list[str]:
    """The ISO week of each date, as in "2025-W09"; a line without a date is a week of its own."""
    names = []
    for number, written in enumerate(dates):
        try:
            year, week, _ = date.fromisoformat(str(written or "")[:10]).isocalendar()
            names.append(f"{year}-W{week:02d}")
        except ValueError:
            names.append(f"line {number}")
    return names


def week_counts(weeks: Sequence[str], truth: Sequence[bool], flagged: Sequence[bool]) -> Counts:
    """Count hits, flagged and positive lines of each week."""
    _, rows = np.unique(np.array(weeks), return_inverse=True)
    is_true, is_flagged = np.array(truth, dtype=bool), np.array(flagged, dtype=bool)
    counts = np.zeros((rows.max() + 1, 3), dtype=np.int64)
    for column, values in enumerate((is_true & is_flagged, is_flagged, is_true)):
        counts[:, column] = np.bincount(rows, weights=values, minlength=len(counts))
    return counts


def intervals(counts: Counts) -> dict[str, Interval]:
    """Return the interval of each measure."""
    return {name: _interval(values) for name, values in _measures(_draws(counts)).items()}


def difference_intervals(counts: Counts, others: Counts) -> dict[str, Interval]:
    """Return the interval of each measure's difference; both have a row for the same weeks."""
    first, second = _measures(_draws(counts)), _measures(_draws(others))
    return {name: _interval(first[name] - second[name]) for name in MEASURES}


def _draws(counts: Counts) -> Counts:
    """The counts of `DRAWS` samples of as many weeks, with replacement."""
    weeks = len(counts)
    dice = np.random.default_rng(_SEED)
    times = dice.multinomial(weeks, np.full(weeks, 1 / weeks), size=DRAWS)
    sums: Counts = times @ counts
    return sums


def _measures(sums: Counts) -> dict[str, NDArray[np.float64]]:
    """Precision, recall and F1 of each sample; 0 where nothing is flagged or positive."""
    hits, flagged, positive = (sums[:, column].astype(float) for column in range(3))
    return {
        "precision": hits / np.maximum(flagged, 1),
        "recall": hits / np.maximum(positive, 1),
        "f1": 2 * hits / np.maximum(flagged + positive, 1),
    }


def _interval(values: NDArray[np.float64]) -> Interval:
    outside = (1 - COVERED) / 2
    low, high = np.quantile(values, (outside, 1 - outside))
    return float(low), float(high)


def as_figures(counts: Counts, others: Counts | None = None) -> dict[str, Any]:
    """The intervals as JSON, with the number of weeks; of the difference when `others` is given."""
    pairs = intervals(counts) if others is None else difference_intervals(counts, others)
    return {"weeks": len(counts), **{name: list(pair) for name, pair in pairs.items()}}
