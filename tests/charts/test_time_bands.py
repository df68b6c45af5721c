"""The chart of waiting times."""

from __future__ import annotations

from monitor.charts.time_bands import WaitingTimes, time_bands
from tests.charts.golden_files import check_golden

MAIL = WaitingTimes(name="mail, seen to accepted", number=40, p05=0.9, p50=2.9, p95=5.1)
HOOK = WaitingTimes(name="webhook, seen to accepted", number=12, p05=0.02, p50=0.11, p95=1.2)


def test_two_rows_are_as_they_were_meant():
    chart = time_bands([MAIL, HOOK])
    check_golden("time_bands", chart.svg)
    assert (
        chart.finding
        == "Slowest is mail, seen to accepted: half within 2.9 s, 95 of 100 within 5.1 s."
    )


def test_the_table_has_the_seconds():
    assert time_bands([HOOK]).rows == (("webhook, seen to accepted", 12, 0.02, 0.11, 1.2),)


def test_a_row_whose_times_are_all_equal_is_drawn():
    same = WaitingTimes(name="mail", number=1, p05=1, p50=1, p95=1)
    assert 'class="band"' in time_bands([same]).svg


def test_without_alerts_there_is_a_sentence_instead_of_a_picture():
    chart = time_bands([])
    assert (chart.svg, chart.finding) == ("", "No alert was accepted in this time.")
