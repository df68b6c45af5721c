"""The strip of a feed: what an hour remembers, and how it moves on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import FeedState
from monitor.health.feed_strip import (
    HOUR,
    HOURS,
    MOST_NEW,
    NOT_POLLED,
    FeedStrip,
    StripHour,
    hour_of,
)

NOW = datetime(2025, 6, 17, 12, 20, tzinfo=UTC)


def polled(*polls):
    strip = FeedStrip(hour_of(polls[0][0]))
    for at, state, new in polls:
        strip = strip.with_poll(at, state, new)
    return strip


@pytest.mark.parametrize(
    ("state", "hour"),
    [
        (FeedState.OK, StripHour(read=True)),
        (FeedState.UNCHANGED, StripHour(read=True)),
        (FeedState.EMPTY, StripHour(read=True)),
        (FeedState.SILENT, StripHour(read=True)),
        (FeedState.DEGRADED, StripHour(part=True)),
        (FeedState.FAILING, StripHour(failed=True)),
        (FeedState.GONE, StripHour(failed=True)),
    ],
)
def test_an_hour_remembers_how_its_poll_went(state, hour):
    assert polled((NOW, state, 0)).hours(NOW, 1) == [hour]


def test_polls_of_one_hour_add_up():
    strip = polled(
        (NOW, FeedState.OK, 2),
        (NOW + timedelta(minutes=10), FeedState.FAILING, 0),
        (NOW + timedelta(minutes=20), FeedState.OK, 3),
    )
    assert strip.hours(NOW, 1) == [StripHour(read=True, failed=True, new=5)]


def test_a_count_ends_at_what_a_byte_holds():
    strip = polled((NOW, FeedState.OK, 500), (NOW, FeedState.OK, 1))
    assert strip.hours(NOW, 1) == [StripHour(read=True, new=MOST_NEW)]


def test_hours_between_two_polls_were_not_polled():
    strip = polled((NOW, FeedState.OK, 1), (NOW + 3 * HOUR, FeedState.OK, 0))
    assert strip.hours(NOW, 4) == [
        StripHour(read=True, new=1),
        NOT_POLLED,
        NOT_POLLED,
        StripHour(read=True),
    ]


def test_a_strip_forgets_what_is_older_than_fourteen_days():
    strip = polled((NOW, FeedState.OK, 1), (NOW + (HOURS - 1) * HOUR, FeedState.OK, 0))
    assert strip.hours(NOW, 1) == [StripHour(read=True, new=1)]
    later = strip.with_poll(NOW + HOURS * HOUR, FeedState.OK, 0)
    assert later.hours(NOW, 1) == [NOT_POLLED]


def test_a_poll_of_an_earlier_hour_finds_its_place():
    strip = polled((NOW, FeedState.OK, 0), (NOW - 2 * HOUR, FeedState.OK, 4))
    assert strip.hours(NOW - 2 * HOUR, 3)[0] == StripHour(read=True, new=4)
    assert strip.newest == hour_of(NOW)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
def test_after_a_clock_that_was_years_off_the_strip_starts_again(jump):
    strip = polled((NOW, FeedState.OK, 3)).with_poll(NOW + jump, FeedState.OK, 1)
    assert strip.newest == hour_of(NOW + jump)
    assert strip.hours(NOW + jump, 1) == [StripHour(read=True, new=1)]


def test_an_hour_is_one_of_utc():
    india = timezone(timedelta(hours=5, minutes=30))
    assert hour_of(NOW.astimezone(india)) == datetime(2025, 6, 17, 12, tzinfo=UTC)


POLLS = st.tuples(
    st.integers(-2 * HOURS, 2 * HOURS).map(lambda hours: NOW + hours * HOUR),
    st.sampled_from(FeedState),
    st.integers(0, 100),
)


@given(st.lists(POLLS, min_size=1, max_size=20))
def test_a_strip_is_never_longer_and_always_knows_its_last_poll(polls):
    strip = polled(*polls)
    assert len(strip.cells) == HOURS
    assert strip.hours(polls[-1][0], 1) != [NOT_POLLED]
