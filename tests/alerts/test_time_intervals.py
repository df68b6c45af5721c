"""Time intervals of recurring silences: their text, and which instants they have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.alerts.time_intervals import contains, interval_text, parse_interval


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mon-fri 22:00-06:00", "mon-fri 22:00-06:00"),
        ("22:00-6:00 Friday-Monday", "mon,fri-sun 22:00-06:00"),
        ("sat,sun", "sat,sun"),
        ("tues-thurs sept", "sep tue-thu"),
        ("09:00-12:00,18:00-24:00", "09:00-12:00,18:00-24:00"),
        ("day:1-7,-1 jul-aug", "jul,aug day:1-7,-1"),
        ("nov-feb", "jan,feb,nov,dec"),
    ],
)
def test_a_text_has_one_canonical_form(typed: str, written: str):
    interval = parse_interval(typed, "Asia/Seoul")
    assert interval_text(interval) == written
    assert parse_interval(written, "Asia/Seoul") == interval


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "is empty"),
        ("weekends", "can't be understood"),
        ("mon-", "can't be understood"),
        ("monkey", "can't be understood"),
        ("marvel", "can't be understood"),
        ("mo", "can't be understood"),
        ("25:00-26:00", "no times of day"),
        ("22:00", "no times of day"),
        ("10:00-10:00", "ends where it begins"),
        ("day:0", "no days of a month"),
        ("day:9-3", "ends before it begins"),
        ("day:40", "no days of a month"),
        ("mon fri", "weekdays already"),
    ],
)
def test_a_part_that_can_not_be_understood_is_named(typed: str, message: str):
    with pytest.raises(ValueError, match=message):
        parse_interval(typed)


@pytest.mark.parametrize(
    ("typed", "instant", "inside"),
    [
        ("mon-fri 22:00-06:00", "2025-06-20T23:00", True),  # Friday night
        ("mon-fri 22:00-06:00", "2025-06-21T05:59", True),  # which began on Friday
        ("mon-fri 22:00-06:00", "2025-06-21T06:00", False),
        ("mon-fri 22:00-06:00", "2025-06-21T23:00", False),
        ("mon-fri 22:00-06:00", "2025-06-16T05:00", False),  # of Sunday
        ("18:00-24:00", "2025-06-17T23:59", True),
        ("18:00-24:00", "2025-06-18T00:00", False),
        ("day:-1", "2025-02-28T12:00", True),
        ("day:-1", "2024-02-28T12:00", False),
        ("day:1-7 mon", "2025-06-02T12:00", True),
        ("jul-aug", "2025-06-30T12:00", False),
        ("09:00-12:00,14:00-15:00", "2025-06-17T14:30", True),
    ],
)
def test_an_instant_is_inside_or_not(typed: str, instant: str, inside: bool):
    assert contains(parse_interval(typed), at(instant)) is inside


def test_times_are_those_of_the_zone():
    interval = parse_interval("22:00-06:00", "Asia/Seoul")
    assert contains(interval, at("2025-06-17T13:30"))
    assert not contains(interval, at("2025-06-17T22:30"))
