"""Instants and durations as text."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.text import formats

NOON = datetime(2025, 6, 17, 12, 0, 0, 999_000, tzinfo=UTC)


def test_an_instant_for_programs_is_in_utc_to_the_second():
    assert formats.rfc3339(NOON) == "2025-06-17T12:00:00Z"


def test_an_instant_of_another_zone_is_converted_to_utc():
    seoul = timezone(timedelta(hours=9))
    assert formats.rfc3339(NOON.astimezone(seoul)) == "2025-06-17T12:00:00Z"


def test_an_instant_can_have_milliseconds():
    assert formats.rfc3339(NOON, "milliseconds") == "2025-06-17T12:00:00.999Z"


def test_no_instant_has_no_text_for_programs():
    assert formats.rfc3339(None) is None


def test_instants_for_people_are_in_the_zone_of_the_environment(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        assert formats.short_instant(NOON) == "17 Jun 21:00 KST"
        assert formats.zoned_instant(NOON) == "2025-06-17 21:00 KST"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_instant_in_a_table_is_short():
    assert formats.short_instant(NOON) == "17 Jun 12:00 UTC"
    assert formats.short_instant(None) == "–"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "0s"),
        (timedelta(seconds=59), "59s"),
        (timedelta(minutes=1), "1m"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(hours=24), "1d"),
        (timedelta(days=2, hours=3, minutes=4, seconds=5), "2d3h4m5s"),
        (timedelta(seconds=1, milliseconds=600), "2s"),
    ],
)
def test_a_duration_as_settings_write_it(length, text):
    assert formats.duration_text(length) == text


@pytest.mark.parametrize(
    ("length", "phrase"),
    [
        (timedelta(days=-1), "0 s"),
        (timedelta(), "0 s"),
        (timedelta(seconds=59.6), "1 min"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(minutes=9, seconds=59), "9 min 59 s"),
        (timedelta(minutes=10, seconds=29), "10 min"),
        (timedelta(minutes=40, seconds=30), "41 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5, seconds=29), "2 h 5 min"),
        (timedelta(hours=23, minutes=59, seconds=29), "23 h 59 min"),
        (timedelta(hours=23, minutes=59, seconds=30), "24 h"),
        (timedelta(days=1, minutes=29), "24 h"),
        (timedelta(hours=47, minutes=29), "47 h"),
        (timedelta(hours=47, minutes=30), "2 days"),
        (timedelta(days=3, hours=4, minutes=5), "3 days 4 h"),
        (timedelta(days=13, hours=23, minutes=29), "13 days 23 h"),
        (timedelta(days=20, hours=4), "20 days"),
        (timedelta(days=20, hours=12), "21 days"),
        (timedelta(days=4_000), "4,000 days"),
    ],
)
def test_a_duration_for_people_has_at_most_two_units(length, phrase):
    assert formats.readable_duration(length) == phrase


def test_a_count_has_its_noun_in_the_right_number():
    counts = [formats.count_text(count, "mark") for count in (0, 1, 6142)]
    assert counts == ["0 marks", "1 mark", "6,142 marks"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 KB"), (1, "1 KB"), (36_400, "37 KB"), (999_999, "1,000 KB"), (1_240_000, "1.2 MB")],
)
def test_a_size_is_in_whole_kilobytes_below_a_megabyte(count: int, text: str):
    assert formats.size_text(count) == text
