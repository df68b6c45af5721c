"""A feed that is quieter than its own publishing history is silent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import FeedState, PollState, PublishingHistory
from monitor.polling.staleness import (
    LEAST_SLACK,
    MEMORY,
    StalenessLimits,
    limit,
    publication_times,
    sentence,
    updated_history,
    usual_gap,
    with_staleness,
)
from tests import fakes

MONDAY = datetime(2025, 6, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = StalenessLimits(least=DAY, most=14 * DAY)


def every(gap: timedelta, days: float, *, since: datetime = MONDAY) -> Iterator[datetime]:
    time = since
    while time < since + days * DAY:
        yield time
        time += gap


def in_office_hours(days: int) -> Iterator[datetime]:
    """Every 40 minutes from 8 to 18, Monday to Friday."""
    for at in every(40 * MINUTE, days):
        if at.weekday() < 5 and 8 <= at.hour < 18:
            yield at


def history_of(published: Iterator[datetime]) -> PublishingHistory:
    return updated_history(PublishingHistory(), published)


AGENCY = history_of(every(10 * MINUTE, 40))
DAILY = history_of(every(DAY, 60))
OFFICE = history_of(in_office_hours(60))
WEEKLY = history_of(every(7 * DAY, 200))
MONTHLY = history_of(every(30 * DAY, 600))
FRESH = history_of(every(10 * MINUTE, 7))
NEW = history_of(every(10 * MINUTE, 2))
WITH_ACCIDENT = history_of(iter([*every(HOUR, 20), *every(HOUR, 20, since=MONDAY + 30 * DAY)]))


@pytest.mark.parametrize(
    ("history", "allowed"),
    [
        (AGENCY, DAY),  # its longest gap is ten minutes: the operator's least
        (DAILY, 2 * DAY),
        (OFFICE, 2 * (62 * HOUR + 40 * MINUTE)),  # weekends are usual, and a holiday beside one
        (WEEKLY, 14 * DAY),
        (MONTHLY, 30 * DAY * LEAST_SLACK),  # beyond the operator's longest
        (FRESH, 4 * DAY),  # it has not met a weekend yet
        (NEW, 14 * DAY),  # not known well enough
        (PublishingHistory(), 14 * DAY),
        (WITH_ACCIDENT, DAY),  # once ten days away, which may have been us
    ],
)
def test_the_limit_follows_the_publishing_history(history, allowed):
    assert limit(history, BOUNDS) == allowed


@pytest.mark.parametrize(
    ("history", "usual"),
    [
        (AGENCY, 10 * MINUTE),
        (DAILY, DAY),
        (OFFICE, DAY / 15),
        (WEEKLY, 7 * DAY),
        (MONTHLY, 30 * DAY),
        (NEW, None),
        (PublishingHistory(), None),
    ],
)
def test_how_often_it_publishes(history, usual):
    assert usual_gap(history) == usual


def test_staleness_is_a_sentence_for_people():
    history = history_of(every(40 * MINUTE, 40))
    assert sentence(history, 3 * DAY) == (
        "nothing new for 3 days; it usually publishes every 40 min"
    )
    assert sentence(NEW, 15 * DAY) == (
        "nothing new for 15 days; how often it publishes is not known yet"
    )


def test_two_thousand_days_of_an_agency_are_a_few_hundred_bytes():
    assert len(AGENCY.days) == MEMORY
    assert len(str(AGENCY.days)) < 600


# ── the state ────────────────────────────────────────────────────────────────────────────────────

LAST = AGENCY.newest_at
assert LAST is not None
WELL = PollState(due_at=LAST, state=FeedState.OK, first_ok_at=LAST - 40 * DAY, since=MONDAY)


def after(state: FeedState, quiet: timedelta, before: PollState = WELL) -> PollState:
    now = LAST + quiet
    return with_staleness(
        before, replace(before, state=state, last_error=None), AGENCY, now, BOUNDS
    )


@pytest.mark.parametrize(
    ("state", "quiet", "expected"),
    [
        (FeedState.OK, DAY, FeedState.OK),
        (FeedState.UNCHANGED, DAY, FeedState.UNCHANGED),
        (FeedState.OK, DAY + MINUTE, FeedState.SILENT),
        (FeedState.UNCHANGED, DAY + MINUTE, FeedState.SILENT),  # a 304 is no sign of life
        (FeedState.FAILING, 3 * DAY, FeedState.FAILING),  # what it publishes is unknown
        (FeedState.GONE, 3 * DAY, FeedState.GONE),
        (FeedState.DEGRADED, 3 * DAY, FeedState.DEGRADED),  # the new ones may be in the other part
        (FeedState.EMPTY, 3 * DAY, FeedState.EMPTY),
    ],
)
def test_only_a_feed_that_answers_well_can_be_silent(state, quiet, expected):
    assert after(state, quiet).state is expected


def test_silence_has_a_beginning_and_goes_on():
    first = after(FeedState.UNCHANGED, 2 * DAY)
    assert first.since == LAST + 2 * DAY
    assert first.last_error == "nothing new for 2 days; it usually publishes every 10 min"
    later = after(FeedState.UNCHANGED, 3 * DAY, first)
    assert (later.state, later.since) == (FeedState.SILENT, first.since)
    assert later.last_error == "nothing new for 3 days; it usually publishes every 10 min"


def test_something_new_ends_silence():
    silent = after(FeedState.UNCHANGED, 2 * DAY)
    now = LAST + 3 * DAY
    history = updated_history(AGENCY, [now])
    read = with_staleness(
        silent, replace(silent, state=FeedState.OK, last_error=None), history, now, BOUNDS
    )
    assert (read.state, read.since, read.last_error) == (FeedState.OK, now, None)


def test_all_healthy_states_are_one_for_the_start_of_a_state():
    assert after(FeedState.UNCHANGED, HOUR).since == MONDAY
    assert after(FeedState.FAILING, HOUR).since == LAST + HOUR


def test_a_feed_that_never_brought_anything_new_is_quiet_since_we_watch():
    state = PollState(due_at=MONDAY, state=FeedState.UNCHANGED, first_ok_at=MONDAY)
    for quiet, expected in ((14 * DAY, FeedState.UNCHANGED), (14 * DAY + MINUTE, FeedState.SILENT)):
        assert (
            with_staleness(state, state, PublishingHistory(), MONDAY + quiet, BOUNDS).state
            is expected
        )


# ── what counts as new ───────────────────────────────────────────────────────────────────────────

NOW = MONDAY + 10 * DAY
KNOWN = PublishingHistory(newest_at=NOW - 2 * HOUR)


@pytest.mark.parametrize(
    ("published", "backlog", "history", "expected"),
    [
        (NOW - HOUR, False, KNOWN, NOW - HOUR),
        (NOW - 3 * HOUR, False, KNOWN, NOW),  # backdated: it came now all the same
        (None, False, KNOWN, NOW),
        (NOW - 3 * DAY, True, PublishingHistory(), NOW - 3 * DAY),
        (None, True, PublishingHistory(), None),  # it was there before us, for an unknown time
        (NOW + DAY, False, KNOWN, NOW),
    ],
)
def test_the_publication_time_of_an_article(published, backlog, history, expected):
    entry = fakes.entry(published_at=published)
    article = fakes.article(entry=entry, backlog=backlog, seen_at=NOW)
    assert publication_times([article], history) == ([] if expected is None else [expected])


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────

TIMES = st.lists(
    st.integers(0, 90 * 1_440).map(lambda minutes: MONDAY + minutes * MINUTE), max_size=200
)
SPANS = st.integers(1, 60 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@given(TIMES, st.randoms(use_true_random=False))
def test_the_order_within_a_document_does_not_matter(times, order: random.Random):
    mixed = list(times)
    order.shuffle(mixed)
    assert updated_history(PublishingHistory(), mixed) == updated_history(
        PublishingHistory(), times
    )


@given(TIMES)
def test_known_publications_change_nothing(times):
    history = updated_history(PublishingHistory(), times)
    assert updated_history(history, times) == history
    assert history.newest_at == max(times, default=None)


@given(TIMES, SPANS, SPANS)
def test_no_feed_is_silent_before_the_operators_least(times, lower, upper):
    bounds = StalenessLimits(least=lower, most=upper)
    assert limit(updated_history(PublishingHistory(), times), bounds) >= lower


@given(TIMES, SPANS, SPANS)
def test_no_feed_is_unnoticed_beyond_the_operators_most_or_its_own_gaps(times, lower, upper):
    history = updated_history(PublishingHistory(), times)
    longest = max((timedelta(minutes=gap) for _, _, gap in history.days), default=timedelta())
    allowed = max(lower, upper, LEAST_SLACK * longest, 4 * DAY)
    assert limit(history, StalenessLimits(least=lower, most=upper)) <= allowed


@given(TIMES, SPANS, SPANS, SPANS)
def test_a_silent_feed_stays_silent_until_something_new_comes(times, lower, upper, later):
    history, bounds = (
        updated_history(PublishingHistory(), times),
        StalenessLimits(least=lower, most=upper),
    )
    start = history.newest_at or MONDAY
    state = PollState(due_at=start, state=FeedState.UNCHANGED, first_ok_at=start)
    at = start + limit(history, bounds) + MINUTE
    silent = with_staleness(state, state, history, at, bounds)
    assert silent.state is FeedState.SILENT
    unchanged = replace(silent, state=FeedState.UNCHANGED)
    assert with_staleness(silent, unchanged, history, at + later, bounds).state is FeedState.SILENT
    assert (
        with_staleness(silent, unchanged, updated_history(history, [at]), at, bounds).state
        is FeedState.UNCHANGED
    )


@given(st.integers(5, 60 * 12), st.integers(15, 60), st.integers(0, 6))
def test_a_feed_that_keeps_its_pace_is_never_silent(gap, days, shift):
    """Whatever the pace, judged just before each next publication."""
    history = PublishingHistory()
    for at in every(gap * MINUTE, days, since=MONDAY + shift * DAY):
        if history.newest_at is not None:
            assert at - history.newest_at <= limit(history, BOUNDS)
        history = updated_history(history, [at])
