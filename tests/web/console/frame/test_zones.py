"""Tests of times in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.web.console.frame.zones import full_text, local_text, utc_text, zone_named
from tests.fakes import NOW

SEOUL = zone_named("Asia/Seoul")


def test_a_time_of_today_needs_no_date() -> None:
    assert local_text(NOW, SEOUL, NOW + timedelta(hours=1)) == "21:00"
    assert local_text(NOW, SEOUL, NOW + timedelta(hours=4)) == "17 Jun, 21:00"  # tomorrow there
    assert local_text(NOW, SEOUL, datetime(2027, 1, 1, tzinfo=UTC)) == "17 Jun 2025"


def test_the_whole_time_names_its_zone_and_utc_stands_beside_it() -> None:
    assert full_text(NOW, SEOUL) == "Tue 17 Jun 2025, 21:00:00 KST"
    assert utc_text(NOW) == "2025-06-17T12:00:00Z"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "\0", "x" * 64])
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert zone_named(name) is UTC
