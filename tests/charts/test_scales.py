"""Scales: the axis holds what is drawn, and its ticks are round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.charts import scales


@pytest.mark.parametrize(
    ("most", "end", "labels"),
    [
        (0, 1, ["1"]),
        (1, 1, ["1"]),
        (7, 8, ["2", "4", "6", "8"]),
        (24, 30, ["10", "20", "30"]),
        (130, 150, ["50", "100", "150"]),
        (4_000, 4_000, ["1k", "2k", "3k", "4k"]),
    ],
)
def test_ticks_of_counts_are_round_and_the_last_one_holds_all(most, end, labels):
    reached, ticks = scales.count_ticks(most)
    assert (reached, [tick.label for tick in ticks]) == (end, labels)
    assert ticks[-1].share == 1


@given(st.integers(0, 10**9))
def test_no_count_is_above_its_axis_and_there_are_few_ticks(most):
    end, ticks = scales.count_ticks(most)
    assert most <= end
    assert 1 <= len(ticks) <= 4


@given(st.integers(0, 10**9), st.data())
def test_a_logarithmic_axis_keeps_the_order_of_counts(most, data):
    share, ticks = scales.log_count(most)
    lower = data.draw(st.integers(0, most))
    assert 0 <= share(lower) <= share(most) <= 1
    assert all(0 < tick.share <= 1 for tick in ticks)


def test_on_a_logarithmic_axis_one_article_is_seen():
    share, _ = scales.log_count(100_000)
    assert share(0) == 0
    assert share(1) > 0.05


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_an_axis_of_times_holds_both_ends(one_end, other_end):
    low, high = sorted((one_end, other_end))
    share, ticks = scales.log_time(low, high)
    assert 0 <= share(low) <= share(high) <= 1
    assert len(ticks) >= 1


def test_an_axis_of_times_has_the_durations_that_people_know():
    _, ticks = scales.log_time(0.2, 300)
    assert [tick.label for tick in ticks] == ["0.1 s", "1 s", "10 s", "1 min", "10 min"]


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (950, "950"), (1_200, "1.2k"), (3_000_000, "3M")]
)
def test_large_counts_are_shortened(count, shown):
    assert scales.short_count(count) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.08, "80 ms"),
        (2.9, "2.9 s"),
        (80, "80 s"),
        (240, "4 min"),
        (12_600, "3.5 h"),
        (172_800, "2 days"),
    ],
)
def test_waiting_times_have_a_unit_that_fits(seconds, shown):
    assert scales.short_seconds(seconds) == shown
