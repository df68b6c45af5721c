"""Days beyond their usual band."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.charts.usual_band import FEWEST_DAYS, spikes


def places(counts):
    return [spike.place for spike in spikes(counts)]


def test_a_day_far_above_the_others_is_a_spike():
    counts = [7, 8, 6, 9, 7, 8, 24, 7, 6]
    assert places(counts) == [6]
    (spike,) = spikes(counts)
    assert (spike.count, spike.usual) == (24, 7)
    assert spike.times == pytest.approx(24 / 7)


def test_two_days_of_one_event_are_both_spikes():
    assert places([7, 8, 6, 9, 7, 8, 24, 23, 7, 6]) == [6, 7]


@pytest.mark.parametrize(
    "counts",
    [
        [7, 8, 6, 9, 7, 8, 12, 7, 6],  # what chance does
        [0, 0, 0, 0, 0, 0, 0, 3, 0],  # three articles are no event
        [2, 30, 4, 28, 3, 31, 2, 29, 4],  # a feed that publishes every other day
        [],
    ],
)
def test_usual_days_are_no_spikes(counts):
    assert places(counts) == []


def test_after_empty_days_a_spike_has_no_ratio():
    (spike,) = spikes([0, 0, 0, 0, 0, 0, 0, 9, 0])
    assert spike.times is None


def test_with_few_days_nobody_knows_what_is_usual():
    assert places([5] * (FEWEST_DAYS - 1) + [500]) == []
    assert places([5] * FEWEST_DAYS + [500]) == [FEWEST_DAYS]


@given(st.lists(st.integers(0, 1_000), max_size=30))
def test_the_lowest_day_is_never_a_spike(counts):
    assert all(counts[place] > min(counts) for place in places(counts))
