"""Intervals over weeks: deterministic, wider where weeks differ, narrow for a paired difference."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.classify.training import intervals


def test_dates_are_named_by_iso_week_and_lines_without_one_stand_alone():
    dates = ["2024-12-30", "2025-01-05T10:00:00Z", "2025-01-06", None, "soon", ""]
    assert intervals.week_names(dates) == [
        "2025-W01", "2025-W01", "2025-W02", "line 3", "line 4", "line 5",
    ]  # fmt: skip


def test_hits_flags_and_positive_lines_are_counted_by_week():
    counts = intervals.week_counts(
        ["a", "b", "a", "a"], [True, True, False, True], [True, False, True, False]
    )
    assert counts.tolist() == [[1, 2, 2], [0, 0, 1]]


def test_the_same_counts_give_the_same_interval_around_the_value():
    counts = np.array([[8, 10, 9], [3, 5, 8], [9, 9, 9], [2, 4, 6]])
    first = intervals.intervals(counts)
    assert first == intervals.intervals(counts)
    hits, flagged, positive = counts.sum(axis=0)
    low, high = first["f1"]
    assert 0 <= low < 2 * hits / (flagged + positive) < high <= 1


def test_weeks_that_differ_give_a_wider_interval_than_equal_ones():
    equal = np.array([[5, 8, 8]] * 10)
    unequal = np.array([[8, 8, 8], [2, 8, 8]] * 5)
    low, high = intervals.intervals(equal)["recall"]
    assert low == high == pytest.approx(5 / 8)
    low, high = intervals.intervals(unequal)["recall"]
    assert high - low > 0.2


def test_a_difference_is_drawn_in_pairs():
    counts = np.array([[8, 8, 8], [2, 8, 8]] * 5)
    assert intervals.difference_intervals(counts, counts)["f1"] == (0.0, 0.0)
    better = counts + np.array([0, 0, 0]) - np.array([[0, 1, 0]])
    low, high = intervals.difference_intervals(better, counts)["precision"]
    assert 0 < low <= high


def test_without_flags_and_positive_lines_every_measure_is_zero():
    figures = intervals.as_figures(np.zeros((3, 3), dtype=np.int64))
    assert figures == {"weeks": 3, "precision": [0.0, 0.0], "recall": [0.0, 0.0], "f1": [0.0, 0.0]}


def test_an_interval_covers_the_truth_as_often_as_it_says():
    """Recall of weeks that differ: 300 samples of 40 weeks each, of which the truth is known."""
    dice = np.random.default_rng(7)
    covered = 0
    for _ in range(300):
        rates = dice.beta(4, 2, size=40)
        positive = dice.poisson(6, size=40)
        hits = dice.binomial(positive, rates)
        low, high = intervals.intervals(np.stack([hits, hits, positive], axis=1))["recall"]
        covered += low <= 4 / 6 <= high
    assert 0.90 <= covered / 300 <= 0.98
