"""Zones that a person writes, and the advice for those that are none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.actions.subscribing.time_zones import _CITIES, _COMMON_NAMES, parse_zone
from monitor.domain.errors import ConfigError
from monitor.text import local_time

MIDWINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
MIDSUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


def advice(name: str) -> str:
    with pytest.raises(ConfigError) as refused:
        parse_zone(name)
    return str(refused.value)


def suggested_zones(message: str) -> list[str]:
    quoted = re.findall(r"'([^']+)'", message)
    return quoted[1:]  # the first is what was written


@pytest.mark.parametrize("name", ["Asia/Seoul", "UTC", "CET", "Etc/GMT-9", "America/New_York"])
def test_an_iana_name_is_accepted_as_it_is(name: str) -> None:
    assert parse_zone(name) == name


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("GMT+9", 9),
        ("gmt+9", 9),
        ("UTC+9", 9),
        ("UTC+09:00", 9),
        ("+0900", 9),
        ("UTC +3", 3),
        ("GMT-5", -5),
        ("UTC\u22125", -5),
        ("UTC+5:30", 5.5),
        ("GMT+0530", 5.5),
        ("UTC+0", 0),
        ("GMT+14", 14),
        ("UTC-11", -11),
    ],
)
def test_an_offset_gets_zones_of_that_offset_as_advice(name: str, hours: float) -> None:
    zones = suggested_zones(advice(name))
    assert zones
    for zone in zones:
        offsets = {day.astimezone(ZoneInfo(zone)).utcoffset() for day in (MIDWINTER, MIDSUMMER)}
        assert offsets == {timedelta(hours=hours)}, zone


def test_the_advice_names_the_etc_zone_of_the_opposite_sign() -> None:
    message = advice("GMT+9")
    assert "'Asia/Seoul', 'Asia/Tokyo' or 'Etc/GMT-9'" in message
    assert "Etc/GMT+9" not in message


def test_an_offset_that_no_place_has_is_named() -> None:
    assert advice("GMT+20").endswith("no place has the time UTC+20")
    assert suggested_zones(advice("UTC+7:10")) == []


@pytest.mark.parametrize(
    ("letters", "hours"),
    [
        ("KST", 9),
        ("kst", 9),
        ("JST", 9),
        ("MSK", 3),
        ("CEST", 2),
        ("EEST", 3),
        ("EDT", -4),
        ("PDT", -7),
        ("SGT", 8),
        ("VLAT", 10),
        ("AEDT", 11),
        ("HKT", 8),
        ("WIB", 7),
    ],
)
def test_the_letters_of_a_zone_get_a_city_with_that_offset(letters: str, hours: int) -> None:
    zones = suggested_zones(advice(letters))
    assert zones
    for zone in zones:
        offsets = {day.astimezone(ZoneInfo(zone)).utcoffset() for day in (MIDWINTER, MIDSUMMER)}
        assert timedelta(hours=hours) in offsets, zone


@pytest.mark.parametrize("name", ["XST", "QQT", "MST9", "GMT9", "", "9", "Zzyzx"])
def test_unknown_letters_get_the_form_of_a_zone_not_the_nearest_letters(name: str) -> None:
    message = advice(name)
    assert suggested_zones(message) == []
    assert "a region and a city, such as Europe/Warsaw" in message


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Warszawa", "Europe/Warsaw"),
        ("seoul", "Asia/Seoul"),
        ("New York", "America/New_York"),
        ("europe/berlin", "Europe/Berlin"),
        ("Kyev", "Europe/Kyiv"),
        ("Korea", "Asia/Seoul"),
        ("utc", "UTC"),
    ],
)
def test_a_misspelt_zone_or_city_gets_the_most_similar_one(name: str, zone: str) -> None:
    assert suggested_zones(advice(name)) == [zone]


def test_every_zone_of_the_tables_exists_and_has_its_offset() -> None:
    for minutes, zones in _CITIES.items():
        for zone in zones:
            offsets = {day.astimezone(ZoneInfo(zone)).utcoffset() for day in (MIDWINTER, MIDSUMMER)}
            assert offsets == {timedelta(minutes=minutes)}, zone
    for zones in _COMMON_NAMES.values():
        assert all(local_time.is_zone(zone) for zone in zones)
