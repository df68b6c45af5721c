"""The chart of values that hold until the next one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.charts.step_lines import ClaimedSteps, StatedValue, step_lines
from tests.charts.golden_files import check_golden

SINCE = datetime(2025, 6, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=30)


def stated(day: int, low: float, high: float, words: str) -> StatedValue:
    return StatedValue(at=SINCE + timedelta(days=day), low=low, high=high, words=words)


SEOUL = ClaimedSteps(
    claimant="Seoul",
    values=(stated(3, 600, 600, "600"), stated(12, 1_000, 1_200, "1,000 to 1,200")),
)
KYIV = ClaimedSteps(claimant="Kyiv", values=(stated(8, 4_000, 4_000, "about 4,000"),))


def test_two_claimants_are_as_they_were_meant():
    chart = step_lines("killed", [SEOUL, KYIV], SINCE, UNTIL)
    check_golden("step_lines", chart.svg)
    assert chart.finding == "killed: Seoul stated 1,000 to 1,200 last; 1 more with other figures."


def test_the_table_has_every_value():
    chart = step_lines("killed", [KYIV], SINCE, UNTIL)
    assert chart.rows == (("2025-06-09T00:00:00+00:00", "Kyiv", 4_000, 4_000, "about 4,000"),)
    assert chart.finding == "killed: Kyiv stated about 4,000 last."


def test_values_of_zero_and_texts_that_look_like_mark_up_are_drawn():
    hostile = ClaimedSteps(claimant="<b>x</b>", values=(stated(1, 0, 0, "0"),))
    chart = step_lines("killed", [hostile], SINCE, UNTIL)
    assert "&lt;b&gt;" in chart.svg


def test_without_figures_there_is_a_sentence_instead_of_a_picture():
    chart = step_lines("", [], SINCE, UNTIL)
    assert (chart.svg, chart.finding) == ("", "No figure was stated in this time.")
