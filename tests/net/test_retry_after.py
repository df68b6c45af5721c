"""How long a server asks us to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net import retry_after
from tests.fakes import NOW


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 1),
        ("-5", 1),
        ("999999999999999999999", 86_400),
        ("Tue, 17 Jun 2025 14:00:00 GMT", 7_200),
        ("Tuesday, 17-Jun-25 14:00:00 GMT", 7_200),
        ("Tue, 17 Jun 2025 14:00:00 +0200", 1),
        ("Mon, 16 Jun 2025 14:00:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 9999 23:59:59 -0500", None),
        ("soon", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_seconds_and_dates_are_read_and_clamped(text, seconds):
    wait = None if seconds is None else timedelta(seconds=seconds)
    assert retry_after.read(text, NOW) == wait


def test_a_date_without_a_now_can_not_be_read():
    assert retry_after.read("Tue, 17 Jun 2025 14:00:00 GMT", None) is None
    assert retry_after.read("60", None) == timedelta(seconds=60)


@given(st.text(max_size=60))
def test_whatever_a_server_writes_it_is_a_second_to_a_day_or_nothing(text):
    wait = retry_after.read(text, NOW)
    assert wait is None or timedelta(seconds=1) <= wait <= timedelta(days=1)
