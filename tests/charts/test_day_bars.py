"""The chart of counts by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.charts.day_bars import DailySeries, day_bars
from tests.charts.golden_files import check_golden

FIRST = date(2025, 5, 23)
COUNTS = [5, 7, 10, 8, 7, 5, 8, 9, 8, 7, 24, 12, 9, 6, 8, 6, 2]


def days(number):
    return [FIRST + timedelta(days=place) for place in range(number)]


def series(counts, name="Troops"):
    return DailySeries(name=name, counts=tuple(counts))


def test_stacked_days_with_a_spike_are_as_they_were_meant():
    other = series([count // 3 for count in COUNTS], "Labour & <arms>")
    chart = day_bars(days(len(COUNTS)), [series(COUNTS), other], last_day_is_over=False)
    check_golden("day_bars", chart.svg)
    assert chart.finding.startswith("Most on 2 Jun: 32, 3.2 times the usual day.")


def test_the_table_has_every_number_of_the_picture():
    chart = day_bars(days(2), [series([3, 4]), series([1, 0], "Arms")], last_day_is_over=True)
    assert chart.columns == ("day", "Troops", "Arms", "all")
    assert chart.rows == (("2025-05-23", 3, 1, 4), ("2025-05-24", 4, 0, 4))


def test_days_without_any_have_a_sentence_instead_of_a_picture():
    chart = day_bars(days(30), [series([0] * 30)], last_day_is_over=True)
    assert (chart.svg, chart.legend) == ("", ())
    assert chart.finding == "Nothing was flagged in these 30 days."


@pytest.mark.parametrize(
    ("counts", "finding"),
    [
        ([5, 6, 5, 7, 6, 5, 6, 5, 6], "No day stands out: 5 to 7 a day, usually 6."),
        ([5, 6, 5], "16 in 3 days: too few days to say what is usual."),
        (
            [0, 0, 0, 0, 0, 0, 0, 0, 9],
            "Most on 31 May: 9, on usual days none.",
        ),
        (
            [5, 6, 5, 7, 6, 5, 6, 40, 50, 6, 5],
            "Most on 31 May: 50, 8.3 times the usual day. 1 more day was unusual.",
        ),
    ],
)
def test_the_finding_says_whether_a_day_stands_out(counts, finding):
    assert day_bars(days(len(counts)), [series(counts)], last_day_is_over=True).finding == finding


def test_a_day_that_is_not_over_is_no_part_of_what_is_usual():
    counts = [5, 6, 5, 7, 6, 5, 6, 5, 6, 0]
    chart = day_bars(days(len(counts)), [series(counts)], last_day_is_over=False)
    assert chart.finding == "No day stands out: 5 to 7 a day, usually 6."
