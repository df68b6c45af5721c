"""What a publisher asks of those who poll, in instants, in words and in JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import PublisherHints
from monitor.polling import publisher_hints

NOW = datetime(2025, 6, 17, 12, 34, tzinfo=UTC)  # a Tuesday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FRESH, BASE = "its answer stays fresh so long", "sy:updatePeriod and its base"
NOON = datetime(2000, 1, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "until", "where"),
    [
        (PublisherHints(wait=HOUR), HOUR, "Retry-After"),
        (PublisherHints(fresh_for=HOUR), HOUR, FRESH),
        (PublisherHints(ttl=HOUR), HOUR, "ttl"),
        (PublisherHints(period=HOUR), HOUR, "sy:updatePeriod"),
        (PublisherHints(ttl=HOUR, fresh_for=2 * HOUR, wait=MINUTE), 2 * HOUR, FRESH),
        (PublisherHints(period=DAY, base=NOON), DAY - 34 * MINUTE, BASE),
        (PublisherHints(period=HOUR, base=NOW + 99 * DAY + MINUTE), MINUTE, BASE),
        (PublisherHints(period=7 * DAY), DAY, "sy:updatePeriod"),
        (PublisherHints(ttl=3_650 * DAY), DAY, "ttl"),
        (PublisherHints(fresh_for=3_650 * DAY), DAY, FRESH),
    ],
)  # fmt: skip
def test_the_longest_wish_counts_up_to_a_day(said, until, where):
    assert publisher_hints.not_before(said, NOW) == (NOW + until, where)


@pytest.mark.parametrize(
    "said", [PublisherHints(), PublisherHints(fresh_for=timedelta(), wait=timedelta())]
)
def test_who_wishes_nothing_is_asked_whenever_we_like(said):
    assert publisher_hints.not_before(said, NOW) is None
    assert publisher_hints.outside_skips(said, NOW) == NOW
    assert publisher_hints.sentence(said) == ""


@pytest.mark.parametrize(
    ("hours", "days", "allowed"),
    [
        ({11, 13}, set(), NOW),
        ({12}, set(), datetime(2025, 6, 17, 13, tzinfo=UTC)),
        ({12, 13, 14}, set(), datetime(2025, 6, 17, 15, tzinfo=UTC)),
        (set(range(12, 24)), {2}, datetime(2025, 6, 19, 0, tzinfo=UTC)),
        (set(), {1}, datetime(2025, 6, 18, 0, tzinfo=UTC)),
        (set(), {1, 2, 3, 4}, NOW + 3 * DAY),  # three days are the most
        (set(range(24)), set(), NOW),  # a mistake
        (set(), set(range(7)), NOW),
        (set(range(24)), {1}, datetime(2025, 6, 18, 0, tzinfo=UTC)),
    ],
)
def test_hours_and_days_are_skipped(hours, days, allowed):
    said = PublisherHints(skip_hours=frozenset(hours), skip_days=frozenset(days))
    assert publisher_hints.outside_skips(said, NOW) == allowed


def test_people_read_what_was_said():
    said = PublisherHints(
        ttl=HOUR, period=DAY, fresh_for=10 * MINUTE, wait=45 * timedelta(seconds=1),
        skip_hours=frozenset({4, 3}), skip_days=frozenset({5, 6}),
    )  # fmt: skip
    assert publisher_hints.sentence(said) == (
        "fresh for 10 min, ttl of 1 h, an update every 24 h (sy:updatePeriod), to be left alone"
        " for 45 s (Retry-After), no polls in the hours 3, 4 UTC, no polls on Sat, Sun"
    )


SECONDS = st.none() | st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
HINTS = st.builds(
    PublisherHints,
    wait=SECONDS, fresh_for=SECONDS, ttl=SECONDS, period=SECONDS,
    base=st.none() | st.datetimes(timezones=st.just(UTC)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)  # fmt: skip


@given(HINTS)
def test_wishes_come_back_from_json_as_they_went(said):
    assert publisher_hints.of(json.loads(json.dumps(publisher_hints.flat(said)))) == said


@given(HINTS, st.timedeltas(-10_000 * DAY, 10_000 * DAY).map(lambda span: NOW + span))
def test_no_wish_goes_beyond_its_limit(said, at):
    wish = publisher_hints.not_before(said, at)
    assert wish is None or at < wish[0] <= at + publisher_hints.LONGEST
    assert at <= publisher_hints.outside_skips(said, at) <= at + publisher_hints.LONGEST_SKIP
