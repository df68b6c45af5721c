"""The picture of a subscription's day."""

from __future__ import annotations

from monitor.charts.day_plan import DayMark, DaySpan, day_plan
from tests.charts.golden_files import check_golden

SPANS = [
    DaySpan(start=0, end=420, sends=False, words="held: quiet hours"),
    DaySpan(start=420, end=1440, sends=True, words="sent at once <b>"),
]


def test_a_day_with_quiet_hours_and_a_digest_is_as_it_was_meant():
    plan = day_plan("At once.", SPANS, [DayMark(minute=480, words="08:00: digest")])
    check_golden("day_plan", plan.svg)
    assert plan.rows == (
        ("00:00", "07:00", "held: quiet hours"),
        ("07:00", "24:00", "sent at once <b>"),
        ("08:00", "08:00", "08:00: digest"),
    )
    assert [entry.name for entry in plan.legend] == ["sent at once (tall)", "held (low)"]


def test_many_digests_have_no_labels_that_cover_each_other():
    marks = [DayMark(minute=hour * 60, words="digest") for hour in range(24)]
    assert "line-label" not in day_plan("Hourly.", SPANS, marks).svg
