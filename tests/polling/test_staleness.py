"""A feed is silent when it brings nothing new for longer than is its way."""

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
    instants,
    judged,
    learned,
    limit,
    sentence,
    usual_gap,
)
from tests import fakes

MONDAY = datetime(2025, 6, 16, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = StalenessLimits(least=DAY, most=14 * DAY)


def every(gap: timedelta, days: float, *, since: datetime = MONDAY) -> Iterator[datetime]:
    at = since
    while at < since + days * DAY:
        yield at
        at += gap


def in_office_hours(days: int) -> Iterator[datetime]:
    """Every 40 minutes from 8 to 18, Monday to Friday."""
    for at in every(40 * MINUTE, days):
        if at.weekday() < 5 and 8 <= at.hour < 18:
            yield at


def history_of(published: Iterator[datetime]) -> PublishingHistory:
    return learned(PublishingHistory(), published)


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
        (OFFICE, 2 * (62 * HOUR + 40 * MINUTE)),  # weekends are its way, and a holiday beside one
        (WEEKLY, 14 * DAY),
        (MONTHLY, 30 * DAY * LEAST_SLACK),  # beyond the operator's longest: that is its way
        (FRESH, 4 * DAY),  # it has not met a weekend yet
        (NEW, 14 * DAY),  # not known well enough
        (PublishingHistory(), 14 * DAY),
        (WITH_ACCIDENT, DAY),  # once ten days away, which may have been us
    ],
)
def test_how_long_a_feed_may_be_quiet(history, allowed):
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


def test_people_are_told_in_a_sentence():
    history = history_of(every(40 * MINUTE, 40))
    said = "nothing new for 3 days; it usually publishes every 40 min"
    assert sentence(history, 3 * DAY) == said
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


def after(state: FeedState, quiet: timedelta, was: PollState = WELL) -> PollState:
    now = LAST + quiet
    return judged(was, replace(was, state=state, last_error=None), AGENCY, now, BOUNDS)


@pytest.mark.parametrize(
    ("state", "quiet", "found"),
    [
        (FeedState.OK, DAY, FeedState.OK),
        (FeedState.UNCHANGED, DAY, FeedState.UNCHANGED),
        (FeedState.OK, DAY + MINUTE, FeedState.SILENT),
        (FeedState.UNCHANGED, DAY + MINUTE, FeedState.SILENT),  # a 304 is no sign of life
        (FeedState.FAILING, 3 * DAY, FeedState.FAILING),  # nobody knows what it publishes
        (FeedState.GONE, 3 * DAY, FeedState.GONE),
        (FeedState.DEGRADED, 3 * DAY, FeedState.DEGRADED),  # the new ones may be in the other part
        (FeedState.EMPTY, 3 * DAY, FeedState.EMPTY),
    ],
)
def test_only_what_answers_well_can_be_silent(state, quiet, found):
    assert after(state, quiet).state is found


def test_silence_has_a_beginning_and_goes_on():
    first = after(FeedState.UNCHANGED, 2 * DAY)
    assert first.since == LAST + 2 * DAY
    assert first.last_error == "nothing new for 2 days; it usually publishes every 10 min"
    later = after(FeedState.UNCHANGED, 3 * DAY, first)
    assert (later.state, later.since) == (FeedState.SILENT, first.since)
    assert later.last_error == "nothing new for 3 days; it usually publishes every 10 min"


def test_something_new_ends_it():
    silent = after(FeedState.UNCHANGED, 2 * DAY)
    now = LAST + 3 * DAY
    history = learned(AGENCY, [now])
    read = judged(
        silent, replace(silent, state=FeedState.OK, last_error=None), history, now, BOUNDS
    )
    assert (read.state, read.since, read.last_error) == (FeedState.OK, now, None)


def test_well_is_well_however_the_publisher_says_it():
    assert after(FeedState.UNCHANGED, HOUR).since == MONDAY
    assert after(FeedState.FAILING, HOUR).since == LAST + HOUR


def test_a_feed_that_never_brought_anything_new_is_quiet_since_we_watch():
    state = PollState(due_at=MONDAY, state=FeedState.UNCHANGED, first_ok_at=MONDAY)
    for now, found in ((14 * DAY, FeedState.UNCHANGED), (14 * DAY + MINUTE, FeedState.SILENT)):
        assert judged(state, state, PublishingHistory(), MONDAY + now, BOUNDS).state is found


# ── what counts as new ───────────────────────────────────────────────────────────────────────────

NOW = MONDAY + 10 * DAY
KNOWN = PublishingHistory(newest_at=NOW - 2 * HOUR)


@pytest.mark.parametrize(
    ("published", "backlog", "history", "found"),
    [
        (NOW - HOUR, False, KNOWN, NOW - HOUR),
        (NOW - 3 * HOUR, False, KNOWN, NOW),  # backdated: it came now all the same
        (None, False, KNOWN, NOW),
        (NOW - 3 * DAY, True, PublishingHistory(), NOW - 3 * DAY),
        (None, True, PublishingHistory(), None),  # it was there before us: who knows since when
        (NOW + DAY, False, KNOWN, NOW),
    ],
)
def test_when_an_article_came(published, backlog, history, found):
    entry = fakes.entry(published_at=published)
    article = fakes.article(entry=entry, backlog=backlog, seen_at=NOW)
    assert instants([article], history) == ([] if found is None else [found])


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────

TIMES = st.lists(
    st.integers(0, 90 * 1_440).map(lambda minutes: MONDAY + minutes * MINUTE), max_size=200
)
SPANS = st.integers(1, 60 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@given(TIMES, st.randoms(use_true_random=False))
def test_the_order_within_a_document_does_not_matter(times, order: random.Random):
    mixed = list(times)
    order.shuffle(mixed)
    assert learned(PublishingHistory(), mixed) == learned(PublishingHistory(), times)


@given(TIMES)
def test_what_is_known_already_teaches_nothing(times):
    history = learned(PublishingHistory(), times)
    assert learned(history, times) == history
    assert history.newest_at == max(times, default=None)


@given(TIMES, SPANS, SPANS)
def test_nobody_is_silent_before_the_operators_least(times, least, most):
    bounds = StalenessLimits(least=least, most=most)
    assert limit(learned(PublishingHistory(), times), bounds) >= least


@given(TIMES, SPANS, SPANS)
def test_nobody_is_unnoticed_for_longer_than_the_operators_most_or_his_own_way(times, least, most):
    history = learned(PublishingHistory(), times)
    longest = max((timedelta(minutes=gap) for _, _, gap in history.days), default=timedelta())
    allowed = max(least, most, LEAST_SLACK * longest, 4 * DAY)
    assert limit(history, StalenessLimits(least=least, most=most)) <= allowed


@given(TIMES, SPANS, SPANS, SPANS)
def test_who_is_silent_stays_so_until_something_new_comes(times, least, most, more):
    history, bounds = learned(PublishingHistory(), times), StalenessLimits(least=least, most=most)
    start = history.newest_at or MONDAY
    state = PollState(due_at=start, state=FeedState.UNCHANGED, first_ok_at=start)
    at = start + limit(history, bounds) + MINUTE
    silent = judged(state, state, history, at, bounds)
    assert silent.state is FeedState.SILENT
    unchanged = replace(silent, state=FeedState.UNCHANGED)
    assert judged(silent, unchanged, history, at + more, bounds).state is FeedState.SILENT
    assert (
        judged(silent, unchanged, learned(history, [at]), at, bounds).state is FeedState.UNCHANGED
    )


@given(st.integers(5, 60 * 12), st.integers(15, 60), st.integers(0, 6))
def test_a_feed_that_keeps_its_pace_is_never_silent(gap, days, shift):
    """Whatever the pace, judged just before each next publication."""
    history = PublishingHistory()
    for at in every(gap * MINUTE, days, since=MONDAY + shift * DAY):
        if history.newest_at is not None:
            assert at - history.newest_at <= limit(history, BOUNDS)
        history = learned(history, [at])
