"""What the clock on the wall shows, where it is put forward and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import local_time

# Places whose clocks do all that clocks do: by an hour, by half of one, at midnight, across the
# date line, never, and one minute after midnight.
PLACES = [
    "UTC",
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "America/Nuuk",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/St_Johns",
]
places = st.sampled_from(PLACES).map(local_time.zone)
days = st.dates(date(1995, 1, 1), date(2034, 12, 31))
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
instants = st.integers(0, 40 * 366 * 24 * 60).map(
    lambda count: datetime(1995, 1, 1, tzinfo=UTC) + count * timedelta(minutes=1)
)


def at(place: str, day: str, clock: str) -> str:
    instant = local_time.instant(
        date.fromisoformat(day), time.fromisoformat(clock), local_time.zone(place)
    )
    return instant.isoformat().removesuffix(":00+00:00")


@pytest.mark.parametrize(
    ("place", "day", "clock", "expected"),
    [
        ("Europe/Warsaw", "2026-01-15", "07:30", "2026-01-15T06:30"),
        ("Europe/Warsaw", "2026-07-15", "07:30", "2026-07-15T05:30"),
        ("Europe/Warsaw", "2026-03-29", "02:30", "2026-03-29T01:00"),  # jumped over: the jump
        ("Europe/Warsaw", "2026-10-25", "02:30", "2026-10-25T00:30"),  # shown twice: the first
        ("Africa/Cairo", "2024-04-26", "00:30", "2024-04-25T22:00"),  # there is no midnight
        ("America/Nuuk", "2024-03-30", "23:30", "2024-03-31T01:00"),  # midnight is jumped
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),  # by half an hour
        ("Nowhere/Atlantis", "2026-01-15", "07:30", "2026-01-15T07:30"),  # unknown here: UTC
    ],
)
def test_a_local_time_is_an_instant(place, day, clock, expected):
    assert at(place, day, clock) == expected


def test_a_date_that_samoa_left_out_does_not_exist():
    apia = local_time.zone("Pacific/Apia")
    assert [local_time.exists(date(2011, 12, day), apia) for day in (29, 30, 31)] == [
        True,
        False,
        True,
    ]


@given(days, minutes, places)
def test_an_instant_shows_its_time_or_is_the_jump_over_it(day, clock, place):
    instant = local_time.instant(day, clock, place)
    expected = datetime.combine(day, clock)
    shown = instant.astimezone(place).replace(tzinfo=None)
    just_before = (instant - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
    assert shown == expected or just_before < expected < shown


@given(days, minutes, places)
def test_later_dates_come_later_or_did_not_exist(day, clock, place):
    after = day + timedelta(days=1)
    first, second = (local_time.instant(date, clock, place) for date in (day, after))
    assert first < second or not (local_time.exists(day, place) and local_time.exists(after, place))


@given(instants, places)
def test_the_next_full_hour_comes_within_the_hour(now, place):
    hour = local_time.full_hour_after(now, place)
    assert now < hour <= now + timedelta(hours=1)
    offset_stays = hour.astimezone(place).utcoffset() == now.astimezone(place).utcoffset()
    assert hour.astimezone(place).minute == 0 or not offset_stays


@given(instants, minutes, minutes, places)
def test_quiet_hours_end_at_the_first_minute_that_is_not_quiet(now, start, end, place):
    quiet_end = local_time.end_of(now, start, end, place)
    if not local_time.is_between(now, start, end, place):
        assert quiet_end == now
        return
    assert not local_time.is_between(quiet_end, start, end, place)
    if start != end:
        just_before = quiet_end - timedelta(minutes=1)
        assert just_before < now or local_time.is_between(just_before, start, end, place)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_hours_across_midnight(clock, quiet):
    now = datetime.combine(date(2026, 1, 15), time.fromisoformat(clock), UTC)
    assert local_time.is_between(now, time(22), time(7), UTC) is quiet


def test_a_start_that_is_the_end_is_never():
    now = datetime(2026, 1, 15, 22, tzinfo=UTC)
    assert not local_time.is_between(now, time(22), time(22), UTC)


def test_a_night_with_an_hour_more_ends_when_the_clock_says_so():
    warsaw = local_time.zone("Europe/Warsaw")
    evening = datetime(2026, 10, 24, 21, tzinfo=UTC)
    assert local_time.end_of(evening, time(22), time(7), warsaw) == datetime(
        2026, 10, 25, 6, tzinfo=UTC
    )


def test_names_of_zones_are_known():
    assert local_time.is_zone("Europe/Warsaw")
    assert not local_time.is_zone("Europe/Warszawa")
    assert not local_time.is_zone("../../etc/passwd")
    assert "Asia/Seoul" in local_time.zones()


WARSAW, KATHMANDU = ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Kathmandu")


def test_the_date_is_that_of_the_place():
    evening = datetime(2025, 6, 17, 20, tzinfo=UTC)
    assert local_time.today(evening, KATHMANDU) == date(2025, 6, 18)
    assert local_time.today(evening, UTC) == date(2025, 6, 17)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2025-06-17T12:00:00+00:00", "2025-06-17T12:15:00+00:00"),
        ("2025-06-17T12:15:00+00:00", "2025-06-17T13:15:00+00:00"),
        ("2025-06-17T12:14:59.999999+00:00", "2025-06-17T12:15:00+00:00"),
        ("2025-06-17T12:15:01.000001+00:00", "2025-06-17T13:15:00+00:00"),
    ],
)
def test_the_next_full_hour_is_of_the_local_clock_and_never_now(now, expected):
    after = local_time.full_hour_after(datetime.fromisoformat(now), KATHMANDU)
    assert after == datetime.fromisoformat(expected)
    assert after.tzinfo is UTC


def test_a_time_that_the_clock_skips_is_the_second_of_the_change():
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    for minute in (0, 1, 59):
        assert local_time.instant(date(2026, 3, 29), time(2, minute), WARSAW) == change


def test_a_time_that_comes_twice_is_its_first():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_time.instant(date(2026, 10, 25), time(2, 30), WARSAW) == first


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-28T23:30:15+00:00", "2026-03-29T05:00:00+00:00"),
        ("2026-10-24T23:30:15+00:00", "2026-10-25T06:00:00+00:00"),
        ("2026-06-17T23:30:15+00:00", "2026-06-18T05:00:00+00:00"),
        ("2026-06-18T05:00:00+00:00", "2026-06-18T05:00:00+00:00"),
    ],
)
def test_a_night_ends_at_seven_whether_it_is_longer_or_shorter(now, end):
    until = local_time.end_of(datetime.fromisoformat(now), time(22), time(7), WARSAW)
    assert until == datetime.fromisoformat(end)


def test_hours_that_the_change_of_the_clock_ends_early_end_with_the_change():
    """From 02:30 to 02:45 on the night without these minutes: they are never."""
    before = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)
    assert local_time.end_of(before, time(1, 30), time(2, 45), WARSAW) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )
