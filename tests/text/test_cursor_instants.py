"""Instants in cursors come back as they were, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.cursor_instants import instant_of, microseconds_of


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_was(instant: datetime):
    assert instant_of(microseconds_of(instant)) == instant


def test_the_largest_number_of_17_digits_has_a_year():
    assert instant_of(10**17 - 1).year == 5138
