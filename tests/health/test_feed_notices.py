"""The operator is told once of what lasts, and of what falls together in one notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import FeedState
from monitor.health.feed_notices import FeedHealth, FeedNotice, NoticePolicy, after, due

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PATIENCE = NoticePolicy(ill=DAY, recovered=HOUR, outage=15 * MINUTE, spacing=HOUR)
OK, FAILING, SILENT, GONE = FeedState.OK, FeedState.FAILING, FeedState.SILENT, FeedState.GONE
DEGRADED, EMPTY = FeedState.DEGRADED, FeedState.EMPTY


def standing(state: FeedState, lasted: timedelta, key: str = "f", **changes: object) -> FeedHealth:
    plain = FeedHealth(
        key=key,
        name=key,
        url=f"https://{key}.example/",
        state=state,
        why="",
        since=NOW - lasted,
        told=OK,
        told_at=None,
        told_times=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def ill(state: FeedState, lasted: timedelta, *, told: FeedState, times: int = 1) -> FeedHealth:
    """Told two days ago."""
    return standing(state, lasted, told=told, told_at=NOW - 2 * DAY, told_times=times)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (standing(FAILING, 23 * HOUR), False),
        (standing(FAILING, DAY), True),
        (standing(DEGRADED, 23 * HOUR), False),
        (standing(DEGRADED, DAY), True),
        (standing(EMPTY, DAY), True),
        (standing(SILENT, MINUTE), True),  # the state itself took its time
        (standing(GONE, MINUTE), True),
        (standing(FAILING, 30 * DAY, told=FAILING, told_at=NOW - 29 * DAY, told_times=1), False),
        (standing(FAILING, DAY, since=None), False),  # since when, is seen at its next poll
        (ill(OK, 59 * MINUTE, told=FAILING), False),
        (ill(OK, HOUR, told=FAILING), True),
        (ill(GONE, MINUTE, told=FAILING), False),  # it waits a day, being told of already
        (ill(GONE, DAY, told=FAILING), True),
        (ill(FAILING, DAY, told=OK), False),  # a second time within a week: two days
        (ill(FAILING, 2 * DAY, told=OK), True),
        (ill(FAILING, 3 * DAY, told=OK, times=2), False),
        (ill(FAILING, 4 * DAY, told=OK, times=2), True),
        (ill(FAILING, 4 * DAY, told=OK, times=9), True),  # never longer than that
        (ill(OK, HOUR, told=FAILING, times=2), False),
        (ill(OK, 2 * HOUR, told=FAILING, times=2), True),
        (replace(ill(FAILING, DAY, told=OK), told_at=NOW - 8 * DAY), True),  # a week is forgotten
    ],
)
def test_what_lasts_is_told(one, told):
    assert due([one], 43, NOW, PATIENCE) == (FeedNotice(of=(one,)) if told else None)


def test_what_is_due_together_is_one_notice():
    lasting = [standing(FAILING, DAY, "a"), standing(SILENT, HOUR, "b")]
    assert due([*lasting, standing(FAILING, HOUR, "c")], 43, NOW, PATIENCE) == FeedNotice(
        of=tuple(lasting)
    )


def test_notices_keep_a_distance():
    told = standing(SILENT, DAY, "a", told=SILENT, told_at=NOW - 59 * MINUTE)
    fresh = standing(SILENT, MINUTE, "b")
    assert due([told, fresh], 43, NOW, PATIENCE) is None
    assert due([told, fresh], 43, NOW + MINUTE, PATIENCE) == FeedNotice(of=(fresh,))


# ── our own network ──────────────────────────────────────────────────────────────────────────────


def fallen(count: int, lasted: timedelta, **changes: object) -> list[FeedHealth]:
    return [standing(FAILING, lasted, f"f{number}", **changes) for number in range(count)]


@pytest.mark.parametrize(
    ("standings", "watched", "outage"),
    [
        (fallen(500, 15 * MINUTE), 500, True),
        (fallen(500, 14 * MINUTE), 500, False),  # it may be over before anybody looks
        (fallen(250, 15 * MINUTE), 500, True),
        (fallen(249, 15 * MINUTE), 500, False),
        (fallen(4, 15 * MINUTE), 4, False),  # too few to say
        (fallen(5, 15 * MINUTE), 5, True),
        (fallen(500, DAY, told=FAILING, told_at=NOW - DAY), 500, False),  # told already
    ],
)
def test_many_that_fail_at_once_are_one_notice_and_soon(standings, watched, outage):
    expected = FeedNotice(of=tuple(standings), outage=True) if outage else None
    assert due(standings, watched, NOW, PATIENCE) == expected


def test_an_outage_takes_along_what_failed_a_moment_ago_and_keeps_no_distance():
    told = standing(SILENT, DAY, "quiet", told=SILENT, told_at=NOW - MINUTE)
    late = standing(FAILING, MINUTE, "late")
    feeds = [*fallen(9, 15 * MINUTE), late]
    assert due([told, *feeds], 11, NOW, PATIENCE) == FeedNotice(of=tuple(feeds), outage=True)


@pytest.mark.parametrize(("oldest", "outage"), [(59 * MINUTE, False), (HOUR, True)])
def test_a_wave_of_failures_is_waited_for_but_not_for_ever(oldest, outage):
    feeds = [*fallen(25, oldest), *(standing(FAILING, MINUTE, f"late{n}") for n in range(10))]
    found = due(feeds, 40, NOW, PATIENCE)
    assert (found is not None) == outage


def test_who_falls_during_an_outage_that_is_known_is_told_like_any_other():
    known = fallen(25, HOUR, told=FAILING, told_at=NOW - 2 * HOUR)
    late = [standing(FAILING, 20 * MINUTE, f"late{n}") for n in range(10)]
    assert due([*known, *late], 40, NOW, PATIENCE) is None


def test_what_was_told_together_recovers_together():
    told_at = NOW - 5 * HOUR
    group = [
        standing(OK, 2 * HOUR, "a", told=FAILING, told_at=told_at, told_times=1),
        standing(OK, HOUR, "b", told=FAILING, told_at=told_at, told_times=1),
    ]
    last = standing(FAILING, 5 * HOUR, "c", told=FAILING, told_at=told_at, told_times=1)
    assert due([*group, last], 3, NOW, PATIENCE) is None
    well = replace(last, state=OK, since=NOW - HOUR)
    assert due([*group, well], 3, NOW, PATIENCE) == FeedNotice(of=(*group, well))


def test_it_waits_for_stragglers_but_not_for_ever():
    told_at = NOW - DAY
    well = standing(OK, 6 * HOUR, "a", told=FAILING, told_at=told_at, told_times=1)
    last = standing(FAILING, DAY, "c", told=FAILING, told_at=told_at, told_times=1)
    assert due([well, last], 3, NOW, PATIENCE) == FeedNotice(of=(well,))


# ── over time ────────────────────────────────────────────────────────────────────────────────────


def played(states: Iterable[FeedState], step: timedelta) -> list[tuple[datetime, FeedState]]:
    """The notices that a feed with these states, one after each `step`, leads to."""
    one, told, now = standing(OK, timedelta()), [], NOW
    for state in states:
        now += step
        if state is not one.state:
            one = replace(one, state=state, since=now)
        found = due([one], 43, now, PATIENCE)
        if found:
            known, told_at, times = after(one, now)
            one = replace(one, told=known, told_at=told_at, told_times=times)
            told.append((now, known))
    return told


def test_a_feed_that_fails_for_good_is_told_once():
    assert [state for _, state in played([FAILING] * 24 * 60, HOUR)] == [FAILING]


def test_a_feed_that_flaps_every_hour_is_not_told_at_all():
    assert played([OK, FAILING] * 500, HOUR) == []


def test_a_feed_that_flaps_slowly_is_told_ever_more_seldom():
    told = played(([FAILING] * 25 + [OK] * 2) * 28, HOUR)
    assert [state for _, state in told][:3] == [FAILING, OK, FAILING]
    assert len(told) <= 10  # in a month; told plainly it were 56


STEPS = st.lists(
    st.tuples(st.sampled_from([OK, FAILING, SILENT, GONE, DEGRADED, EMPTY]), st.integers(1, 80)),
    min_size=1,
    max_size=30,
)


@given(STEPS)
def test_no_state_is_told_twice_in_a_row_and_none_too_soon(runs):
    told = played([state for state, length in runs for _ in range(length)], HOUR)
    assert all(one[1] is not two[1] for one, two in pairwise(told))
    assert all(two[0] - one[0] >= HOUR for one, two in pairwise(told))


@given(STEPS, st.sampled_from([OK, FAILING, SILENT, GONE, DEGRADED, EMPTY]))
def test_what_stays_is_known_in_the_end(runs, last):
    states = [state for state, length in runs for _ in range(length)]
    told = played([*states, *[last] * 24 * 5], HOUR)
    known = told[-1][1] if told else OK
    assert known is last


@given(st.integers(1, 60), st.integers(0, 60))
def test_all_that_fell_is_in_the_notice(lasting, late):
    feeds = fallen(lasting, DAY)
    feeds += [standing(FAILING, MINUTE, f"late{number}") for number in range(late)]
    found = due(feeds, lasting + late, NOW, PATIENCE)
    assert found is not None
    assert set(feeds[:lasting]) <= set(found.of)
