"""Notices about feeds: once for a lasting change, one for all that change together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import FeedState
from monitor.health.feed_notices import (
    FeedHealth,
    FeedNotice,
    NoticePolicy,
    after_notice,
    due_notice,
)

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = NoticePolicy(ill=DAY, recovered=HOUR, outage=15 * MINUTE, spacing=HOUR)
OK, FAILING, SILENT, GONE = FeedState.OK, FeedState.FAILING, FeedState.SILENT, FeedState.GONE
DEGRADED, EMPTY = FeedState.DEGRADED, FeedState.EMPTY


def health(state: FeedState, lasted: timedelta, key: str = "f", **changes: object) -> FeedHealth:
    plain = FeedHealth(
        key=key,
        name=key,
        url=f"https://{key}.example/",
        state=state,
        why="",
        since=NOW - lasted,
        notified_state=OK,
        notified_at=None,
        notified_times=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def known(
    state: FeedState, lasted: timedelta, *, notified_state: FeedState, times: int = 1
) -> FeedHealth:
    """Notified two days ago."""
    return health(
        state,
        lasted,
        notified_state=notified_state,
        notified_at=NOW - 2 * DAY,
        notified_times=times,
    )


@pytest.mark.parametrize(
    ("feed", "is_due"),
    [
        (health(FAILING, 23 * HOUR), False),
        (health(FAILING, DAY), True),
        (health(DEGRADED, 23 * HOUR), False),
        (health(DEGRADED, DAY), True),
        (health(EMPTY, DAY), True),
        (health(SILENT, MINUTE), True),  # the state itself takes long to begin
        (health(GONE, MINUTE), True),
        (
            health(
                FAILING,
                30 * DAY,
                notified_state=FAILING,
                notified_at=NOW - 29 * DAY,
                notified_times=1,
            ),
            False,
        ),
        (health(FAILING, DAY, since=None), False),  # the next poll shows since when
        (known(OK, 59 * MINUTE, notified_state=FAILING), False),
        (known(OK, HOUR, notified_state=FAILING), True),
        (known(GONE, MINUTE, notified_state=FAILING), False),  # a further change waits a day
        (known(GONE, DAY, notified_state=FAILING), True),
        (known(FAILING, DAY, notified_state=OK), False),  # a second time within a week: two days
        (known(FAILING, 2 * DAY, notified_state=OK), True),
        (known(FAILING, 3 * DAY, notified_state=OK, times=2), False),
        (known(FAILING, 4 * DAY, notified_state=OK, times=2), True),
        (known(FAILING, 4 * DAY, notified_state=OK, times=9), True),  # the longest wait
        (known(OK, HOUR, notified_state=FAILING, times=2), False),
        (known(OK, 2 * HOUR, notified_state=FAILING, times=2), True),
        (
            replace(known(FAILING, DAY, notified_state=OK), notified_at=NOW - 8 * DAY),
            True,
        ),  # notices older than a week do not count
    ],
)
def test_a_change_that_lasts_is_due(feed, is_due):
    assert due_notice([feed], 43, NOW, POLICY) == (FeedNotice(feeds=(feed,)) if is_due else None)


def test_changes_due_together_are_one_notice():
    lasting = [health(FAILING, DAY, "a"), health(SILENT, HOUR, "b")]
    assert due_notice([*lasting, health(FAILING, HOUR, "c")], 43, NOW, POLICY) == FeedNotice(
        feeds=tuple(lasting)
    )


def test_notices_are_spaced():
    reported = health(SILENT, DAY, "a", notified_state=SILENT, notified_at=NOW - 59 * MINUTE)
    fresh = health(SILENT, MINUTE, "b")
    assert due_notice([reported, fresh], 43, NOW, POLICY) is None
    assert due_notice([reported, fresh], 43, NOW + MINUTE, POLICY) == FeedNotice(feeds=(fresh,))


# ── our own network ──────────────────────────────────────────────────────────────────────────────


def fallen(count: int, lasted: timedelta, **changes: object) -> list[FeedHealth]:
    return [health(FAILING, lasted, f"f{number}", **changes) for number in range(count)]


@pytest.mark.parametrize(
    ("feeds", "active", "outage"),
    [
        (fallen(500, 15 * MINUTE), 500, True),
        (fallen(500, 14 * MINUTE), 500, False),  # it may be over soon
        (fallen(250, 15 * MINUTE), 500, True),
        (fallen(249, 15 * MINUTE), 500, False),
        (fallen(4, 15 * MINUTE), 4, False),  # too few for an outage
        (fallen(5, 15 * MINUTE), 5, True),
        (
            fallen(500, DAY, notified_state=FAILING, notified_at=NOW - DAY),
            500,
            False,
        ),  # reported already
    ],
)
def test_many_that_fail_at_once_are_one_notice_and_soon(feeds, active, outage):
    expected = FeedNotice(feeds=tuple(feeds), outage=True) if outage else None
    assert due_notice(feeds, active, NOW, POLICY) == expected


def test_an_outage_includes_recent_failures_and_ignores_the_spacing():
    reported = health(SILENT, DAY, "quiet", notified_state=SILENT, notified_at=NOW - MINUTE)
    late = health(FAILING, MINUTE, "late")
    feeds = [*fallen(9, 15 * MINUTE), late]
    assert due_notice([reported, *feeds], 11, NOW, POLICY) == FeedNotice(
        feeds=tuple(feeds), outage=True
    )


@pytest.mark.parametrize(("oldest", "outage"), [(59 * MINUTE, False), (HOUR, True)])
def test_an_outage_notice_waits_until_failures_have_lasted_but_not_for_ever(oldest, outage):
    feeds = [*fallen(25, oldest), *(health(FAILING, MINUTE, f"late{n}") for n in range(10))]
    notice = due_notice(feeds, 40, NOW, POLICY)
    assert (notice is not None) == outage


def test_a_feed_that_fails_during_a_known_outage_is_treated_like_any_other():
    reported = fallen(25, HOUR, notified_state=FAILING, notified_at=NOW - 2 * HOUR)
    late = [health(FAILING, 20 * MINUTE, f"late{n}") for n in range(10)]
    assert due_notice([*reported, *late], 40, NOW, POLICY) is None


def test_feeds_of_one_notice_recover_together():
    notified_at = NOW - 5 * HOUR
    group = [
        health(
            OK, 2 * HOUR, "a", notified_state=FAILING, notified_at=notified_at, notified_times=1
        ),
        health(OK, HOUR, "b", notified_state=FAILING, notified_at=notified_at, notified_times=1),
    ]
    last = health(
        FAILING, 5 * HOUR, "c", notified_state=FAILING, notified_at=notified_at, notified_times=1
    )
    assert due_notice([*group, last], 3, NOW, POLICY) is None
    well = replace(last, state=OK, since=NOW - HOUR)
    assert due_notice([*group, well], 3, NOW, POLICY) == FeedNotice(feeds=(*group, well))


def test_a_recovery_waits_for_stragglers_but_not_for_ever():
    notified_at = NOW - DAY
    well = health(
        OK, 6 * HOUR, "a", notified_state=FAILING, notified_at=notified_at, notified_times=1
    )
    last = health(
        FAILING, DAY, "c", notified_state=FAILING, notified_at=notified_at, notified_times=1
    )
    assert due_notice([well, last], 3, NOW, POLICY) == FeedNotice(feeds=(well,))


# ── over time ────────────────────────────────────────────────────────────────────────────────────


def played(states: Iterable[FeedState], step: timedelta) -> list[tuple[datetime, FeedState]]:
    """The notices that a feed with these states, one after each `step`, leads to."""
    feed, notices, now = health(OK, timedelta()), [], NOW
    for state in states:
        now += step
        if state is not feed.state:
            feed = replace(feed, state=state, since=now)
        if due_notice([feed], 43, now, POLICY):
            reported, notified_at, times = after_notice(feed, now)
            feed = replace(
                feed, notified_state=reported, notified_at=notified_at, notified_times=times
            )
            notices.append((now, reported))
    return notices


def test_a_feed_that_fails_for_good_causes_one_notice():
    assert [state for _, state in played([FAILING] * 24 * 60, HOUR)] == [FAILING]


def test_a_feed_that_flaps_every_hour_causes_no_notice():
    assert played([OK, FAILING] * 500, HOUR) == []


def test_a_feed_that_flaps_slowly_causes_fewer_and_fewer_notices():
    notices = played(([FAILING] * 25 + [OK] * 2) * 28, HOUR)
    assert [state for _, state in notices][:3] == [FAILING, OK, FAILING]
    assert len(notices) <= 10  # in a month; without damping 56


STEPS = st.lists(
    st.tuples(st.sampled_from([OK, FAILING, SILENT, GONE, DEGRADED, EMPTY]), st.integers(1, 80)),
    min_size=1,
    max_size=30,
)


@given(STEPS)
def test_no_state_is_reported_twice_in_a_row_or_too_soon(runs):
    notices = played([state for state, length in runs for _ in range(length)], HOUR)
    assert all(first[1] is not second[1] for first, second in pairwise(notices))
    assert all(second[0] - first[0] >= HOUR for first, second in pairwise(notices))


@given(STEPS, st.sampled_from([OK, FAILING, SILENT, GONE, DEGRADED, EMPTY]))
def test_a_lasting_state_is_reported_in_the_end(runs, last):
    states = [state for state, length in runs for _ in range(length)]
    notices = played([*states, *[last] * 24 * 5], HOUR)
    reported = notices[-1][1] if notices else OK
    assert reported is last


@given(st.integers(1, 60), st.integers(0, 60))
def test_all_failed_feeds_are_in_the_notice(lasting, late):
    feeds = fallen(lasting, DAY)
    feeds += [health(FAILING, MINUTE, f"late{number}") for number in range(late)]
    notice = due_notice(feeds, lasting + late, NOW, POLICY)
    assert notice is not None
    assert set(feeds[:lasting]) <= set(notice.feeds)
