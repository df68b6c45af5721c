"""When a feed is due again, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.feeds import FeedState, PollState, PublisherHints
from monitor.polling import next_poll, publisher_hints
from monitor.text.formats import readable_duration
from tests.fakes import BOUNDS, NOW, feed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CLEAR = PollState(due_at=NOW, state=FeedState.OK)


def planned(the_feed=None, key="f", **state: object) -> PollState:
    return next_poll.with_due_time(the_feed or feed(key), replace(CLEAR, **state), NOW, BOUNDS)


@pytest.mark.parametrize(
    ("gap", "pause", "why"),
    [
        (None, 30 * MINUTE, "every 30 min: how often the publisher updates isn't known yet"),
        (MINUTE, 5 * MINUTE, "every 5 min, the fastest allowed: {} every 1 min"),
        (29 * MINUTE, 12 * MINUTE, "every 12 min: {} every 29 min"),
        (3 * HOUR, 30 * MINUTE, "every 30 min: {} every 3 h"),
        (12 * HOUR, HOUR, "every 1 h: {} every 12 h"),
        (30 * DAY, 2 * HOUR, "every 2 h, the slowest allowed: {} every 30 days"),
    ],
)
def test_the_pause_follows_the_publishing_rate_within_the_intervals(gap, pause, why):
    state = planned(gap=gap)
    assert state.due_at - NOW == pytest.approx(pause, rel=0.101)
    assert state.due_why == why.format("the publisher updates about")


@pytest.mark.parametrize("interval", [MINUTE, 3 * DAY])
def test_the_operators_pause_for_a_feed_ignores_rate_and_intervals(interval):
    state = planned(feed(every=interval), gap=3 * HOUR)
    assert state.due_at - NOW == pytest.approx(interval, rel=0.101)
    assert state.due_why == f"every {readable_duration(interval)}, as set for this feed"


def test_the_publishers_hints_outweigh_the_operators_pause():
    state = planned(feed(every=MINUTE), hints=PublisherHints(ttl=HOUR))
    assert state.due_at >= NOW + HOUR
    assert state.due_why == "in 1 h: the publisher asks for it (ttl)"


@pytest.mark.parametrize(
    ("failures", "pause", "why"),
    [
        (1, HOUR, "in 1 h: it failed"),
        (2, 2 * HOUR, "in 2 h: 2 failures in a row"),
        (5, 16 * HOUR, "in 16 h: 5 failures in a row"),
        (6, DAY, "in 24 h: 6 failures in a row"),
        (10_000, DAY, "in 24 h: 10000 failures in a row"),
    ],
)
def test_each_failure_doubles_the_pause_up_to_a_day(failures, pause, why):
    state = planned(state=FeedState.FAILING, failures=failures, gap=3 * HOUR)
    assert state.due_at - NOW == pytest.approx(pause, rel=0.101)
    assert state.due_why == why


def test_a_feed_that_is_gone_is_asked_once_more_and_then_no_more():
    once, twice = (planned(state=FeedState.GONE, failures=times) for times in (1, 2))
    assert once.due_at - NOW == pytest.approx(DAY, rel=0.101)
    assert once.due_why == "in a day, to be sure: the publisher says it is gone (410)"
    assert (next_poll.is_ended(once), next_poll.is_ended(twice)) == (False, True)
    assert twice.due_why.startswith("not polled any more")


def test_feeds_added_together_are_not_polled_together():
    assert len({planned(key=f"f{n}").due_at for n in range(50)}) == 50
    due_times = {planned(key=f"f{n}", hints=PublisherHints(wait=HOUR)).due_at for n in range(50)}
    assert len(due_times) == 50
    assert min(due_times) >= NOW + HOUR
    assert max(due_times) <= NOW + 1.1 * HOUR


def test_a_long_limit_is_kept_to_within_an_hour():
    hints = PublisherHints(fresh_for=timedelta(days=3_650))
    due_times = [planned(key=f"f{number}", hints=hints).due_at for number in range(50)]
    assert min(due_times) >= NOW + DAY
    assert max(due_times) <= NOW + DAY + HOUR


def test_a_limit_within_the_jitter_moves_the_poll_and_keeps_the_reason():
    limit = NOW + 30 * MINUTE
    for number in range(50):
        state = planned(key=f"f{number}", hints=PublisherHints(ttl=30 * MINUTE))
        assert limit <= state.due_at <= limit + 3 * MINUTE
        assert state.due_why == "every 30 min: how often the publisher updates isn't known yet"


@pytest.mark.parametrize(
    ("until", "pause", "why"),
    [
        (NOW + MINUTE, 2 * HOUR, "every 2 h, the slowest allowed: its hub announces news"),
        (NOW, 5 * MINUTE, "every 5 min, the fastest allowed: {} every 1 min"),
    ],
)
def test_a_feed_whose_hub_announces_news_is_polled_as_slowly_as_allowed(until, pause, why):
    state = planned(feed(pushed_until=until), gap=MINUTE)
    assert state.due_at - NOW == pytest.approx(pause, rel=0.101)
    assert state.due_why == why.format("the publisher updates about")


def test_a_postponed_feed_is_due_in_one_to_two_minutes_and_otherwise_unchanged():
    before = feed()
    state = next_poll.postponed(before, NOW)
    assert MINUTE <= state.due_at - NOW <= 2 * MINUTE
    assert replace(state, due_at=before.poll.due_at, due_why=before.poll.due_why) == before.poll


SLOWEST = next_poll.longest_wait(BOUNDS, None)


@pytest.mark.parametrize(
    ("due_in", "asked_before", "why", "is_wrong"),
    [
        (next_poll.SKEW, -DAY, "", False),
        (2 * next_poll.SKEW, None, "", True),
        (2 * next_poll.SKEW, -next_poll.SKEW, "", False),
        (2 * next_poll.SKEW, -2 * next_poll.SKEW, "", True),
        (2 * next_poll.SKEW, MINUTE, next_poll.HOST_BUSY, True),
        (SLOWEST, MINUTE, "", False),
        (SLOWEST + MINUTE, MINUTE, "", True),
    ],
    ids=["due", "never-polled", "skew", "polled-ahead", "short-wait", "longest", "longer"],
)
def test_a_time_that_only_a_wrong_clock_can_have_planned_is_recognised(
    due_in, asked_before, why, is_wrong
):
    asked_at = None if asked_before is None else NOW - asked_before
    state = replace(CLEAR, due_at=NOW + due_in, asked_at=asked_at, due_why=why)
    assert next_poll.is_of_wrong_clock(state, None, NOW, BOUNDS) is is_wrong


def test_hours_to_skip_are_skipped_and_named():
    quiet = PublisherHints(skip_hours=frozenset({12, 13, 14}))
    state = planned(gap=40 * MINUTE, hints=quiet)
    assert timedelta() <= state.due_at - NOW.replace(hour=15) <= 5 * MINUTE
    assert state.due_why.endswith(", after the hours and days that it wants skipped: Tue 15:00 UTC")


def test_no_feed_is_planned_for_the_last_minutes_before_skipped_hours():
    quiet = PublisherHints(skip_hours=frozenset({13, 14}))
    for number in range(200):
        state = planned(key=f"f{number}", gap=9 * HOUR, hints=quiet)
        assert state.due_at < NOW + 56 * MINUTE or state.due_at >= NOW.replace(hour=15)


SPANS = st.none() | st.timedeltas(timedelta(), timedelta(days=4_000))
HINTS = st.builds(
    PublisherHints,
    wait=SPANS, fresh_for=SPANS, ttl=SPANS, period=SPANS,
    base=st.none() | st.just(NOW - timedelta(days=100, seconds=77)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)  # fmt: skip


@given(
    hints=HINTS,
    gap=SPANS,
    failures=st.integers(0, 10_000),
    interval=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
)
def test_a_feed_is_always_due_after_now_outside_the_publishers_limit_and_within_days(
    hints, gap, failures, interval
):
    health = FeedState.FAILING if failures else FeedState.OK
    state = planned(feed(every=interval), hints=hints, gap=gap, failures=failures, state=health)
    limit = publisher_hints.not_before(hints, NOW)
    assert state.due_at > NOW
    assert limit is None or limit.until <= state.due_at
    assert (
        state.due_at
        <= NOW + 1.1 * max(DAY, interval or DAY) + publisher_hints.LONGEST_SKIP + 10 * MINUTE
    )
    assert state.due_why
