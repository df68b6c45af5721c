"""The chart of scores against the threshold."""

from __future__ import annotations

import pytest

from monitor.charts.score_bars import ScoreCount, near_line, score_bars
from tests.charts.golden_files import check_golden

COUNTS = {
    1: ScoreCount(rejected=4_900),
    12: ScoreCount(rejected=30),
    48: ScoreCount(rejected=2),
    51: ScoreCount(rejected=1, flagged=2),
    80: ScoreCount(flagged=12),
    99: ScoreCount(flagged=110),
}


def test_bars_on_both_sides_of_the_line_are_as_they_were_meant():
    chart = score_bars(COUNTS, 0.52)
    check_golden("score_bars", chart.svg)
    assert chart.finding == "5 of 5,057 articles lie within five points of the threshold (52 %)."


def test_the_table_has_a_row_for_each_bar():
    chart = score_bars(COUNTS, 0.5)
    assert len(chart.rows) == 20
    assert chart.rows[10] == ("50–55 %", 1, 2)


@pytest.mark.parametrize(("threshold", "near"), [(0.5, 5), (0.46, 2), (0.3, 0), (0.95, 110)])
def test_near_the_line_are_five_points_on_both_sides(threshold, near):
    assert near_line(COUNTS, threshold) == near


def test_the_finding_says_that_none_is_near():
    chart = score_bars({1: ScoreCount(rejected=3)}, 0.5)
    assert chart.finding == "None of 3 articles lies within five points of the threshold (50 %)."


def test_without_articles_there_is_a_sentence_instead_of_a_picture():
    chart = score_bars({}, 0.5)
    assert (chart.svg, chart.finding) == ("", "No article was judged in this time.")


def test_a_single_article_near_the_line_is_told_in_the_singular():
    chart = score_bars({49: ScoreCount(rejected=1)}, 0.5)
    assert chart.finding == "1 of 1 articles lies within five points of the threshold (50 %)."
