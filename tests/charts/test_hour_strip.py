"""The strip of a feed's hours."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from monitor.charts.hour_strip import HourLook, HourMark, hour_strip
from tests.charts.golden_files import check_golden

SINCE = datetime(2025, 6, 17, 12, tzinfo=UTC)
HOURS = [
    HourMark(look=HourLook.NONE),
    HourMark(look=HourLook.NEWS, new=3),
    HourMark(look=HourLook.NEWS, new=1),
    HourMark(look=HourLook.QUIET),
    HourMark(look=HourLook.QUIET),
    HourMark(look=HourLook.PART, new=1),
    HourMark(look=HourLook.FAILED),
    HourMark(look=HourLook.FAILED),
]


def test_a_strip_with_every_look_is_as_it_was_meant():
    strip = hour_strip("北洋新報 <b>", SINCE, HOURS, UTC)
    check_golden("hour_strip", strip.svg)
    assert strip.finding == "news in 2 of 7 hours, read in part in 1, failed in 2"


def test_equal_hours_share_a_title_with_their_span_in_the_zone_of_the_reader():
    strip = hour_strip("Wire", SINCE, HOURS, ZoneInfo("Asia/Tokyo"))
    assert "<title>17 Jun 22:00–00:00: 4 new articles</title>" in strip.svg
    assert "<title>18 Jun 02:00–03:00: 1 new article, read in part" in strip.svg


def test_failed_hours_have_a_sign_and_not_only_a_colour():
    strip = hour_strip("Wire", SINCE, HOURS, UTC)
    assert strip.svg.count("×") == 2


def test_an_hour_without_a_poll_is_empty():
    strip = hour_strip("Wire", SINCE, [HourMark(look=HourLook.NONE)] * 48, UTC)
    assert "<rect" not in strip.svg
    assert strip.finding == "not polled in these 48 hours"
