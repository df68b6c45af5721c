"""Publisher-declared polling limits: as instants, as a sentence and as JSON."""

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
    ("hints", "until", "source"),
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
def test_the_latest_limit_counts_up_to_a_day(hints, until, source):
    assert publisher_hints.not_before(hints, NOW) == (NOW + until, source)


@pytest.mark.parametrize(
    "hints", [PublisherHints(), PublisherHints(fresh_for=timedelta(), wait=timedelta())]
)
def test_without_hints_there_is_no_limit_and_no_sentence(hints):
    assert publisher_hints.not_before(hints, NOW) is None
    assert publisher_hints.outside_skips(hints, NOW) == NOW
    assert publisher_hints.sentence(hints) == ""


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
        (set(range(24)) - {11}, set(), datetime(2025, 6, 18, 11, tzinfo=UTC)),
        (set(), set(range(7)), NOW),
        (set(), set(range(7)) - {3}, datetime(2025, 6, 19, 0, tzinfo=UTC)),
        (set(range(24)), {1}, datetime(2025, 6, 18, 0, tzinfo=UTC)),
    ],
)
def test_hours_and_days_are_skipped(hours, days, allowed):
    hints = PublisherHints(skip_hours=frozenset(hours), skip_days=frozenset(days))
    assert publisher_hints.outside_skips(hints, NOW) == allowed


def test_the_hints_are_a_sentence_for_people():
    hints = PublisherHints(
        ttl=HOUR, period=DAY, fresh_for=10 * MINUTE, wait=45 * timedelta(seconds=1),
        skip_hours=frozenset({4, 3}), skip_days=frozenset({5, 6}),
    )  # fmt: skip
    assert publisher_hints.sentence(hints) == (
        "fresh for 10 min, ttl of 1 h, an update every 24 h (sy:updatePeriod), no poll for 45 s"
        " (Retry-After), no polls in the hours 3, 4 UTC, no polls on Sat, Sun"
    )


def test_of_two_equal_limits_the_first_named_counts():
    hints = PublisherHints(wait=HOUR, fresh_for=HOUR, ttl=HOUR)
    assert publisher_hints.not_before(hints, NOW) == (NOW + HOUR, "Retry-After")


def test_empty_hints_are_left_out_of_the_stored_form():
    assert publisher_hints.hints_as_json(PublisherHints()) == {}
    assert publisher_hints.hints_as_json(
        PublisherHints(fresh_for=timedelta(), base=NOW, skip_days=frozenset({6, 0}), hub="h")
    ) == {"fresh_for": 0, "base": "2025-06-17T12:34:00+00:00", "skip_days": [0, 6], "hub": "h"}


SECONDS = st.none() | st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds))
HINTS = st.builds(
    PublisherHints,
    wait=SECONDS, fresh_for=SECONDS, ttl=SECONDS, period=SECONDS,
    base=st.none() | st.datetimes(timezones=st.just(UTC)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)  # fmt: skip


@given(HINTS)
def test_hints_survive_the_way_through_json(hints):
    stored = json.loads(json.dumps(publisher_hints.hints_as_json(hints)))
    assert publisher_hints.hints_from_json(stored) == hints


@given(HINTS, st.timedeltas(-10_000 * DAY, 10_000 * DAY).map(lambda span: NOW + span))
def test_no_hint_delays_a_poll_beyond_its_bound(hints, at):
    limit = publisher_hints.not_before(hints, at)
    assert limit is None or at < limit.until <= at + publisher_hints.LONGEST
    assert at <= publisher_hints.outside_skips(hints, at) <= at + publisher_hints.LONGEST_SKIP
