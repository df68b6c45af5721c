"""When a feed is asked again, and the sentence that says why."""

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


def planned(one=None, key="f", **state: object) -> PollState:
    return next_poll.planned(one or feed(key), replace(CLEAR, **state), NOW, BOUNDS)


@pytest.mark.parametrize(
    ("gap", "pause", "says"),
    [
        (None, 30 * MINUTE, "every 30 min: how often the publisher updates isn't known yet"),
        (MINUTE, 5 * MINUTE, "every 5 min, the fastest allowed: {} every 1 min"),
        (29 * MINUTE, 12 * MINUTE, "every 12 min: {} every 29 min"),
        (3 * HOUR, 30 * MINUTE, "every 30 min: {} every 3 h"),
        (12 * HOUR, HOUR, "every 1 h: {} every 12 h"),
        (30 * DAY, 2 * HOUR, "every 2 h, the slowest allowed: {} every 30 days"),
    ],
)
def test_the_pause_follows_the_rhythm_within_bounds(gap, pause, says):
    got = planned(gap=gap)
    assert got.due_at - NOW == pytest.approx(pause, rel=0.101)
    assert got.due_why == says.format("the publisher updates about")


@pytest.mark.parametrize("every", [MINUTE, 3 * DAY])
def test_the_operators_own_pause_is_kept_whatever_the_rhythm_and_the_bounds(every):
    got = planned(feed(every=every), gap=3 * HOUR)
    assert got.due_at - NOW == pytest.approx(every, rel=0.101)
    assert got.due_why == f"every {readable_duration(every)}, as set for this feed"


def test_but_not_against_the_publishers_wish():
    got = planned(feed(every=MINUTE), hints=PublisherHints(ttl=HOUR))
    assert got.due_at >= NOW + HOUR
    assert got.due_why == "in 1 h: the publisher asks for it (ttl)"


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
    got = planned(state=FeedState.FAILING, failures=failures, gap=3 * HOUR)
    assert got.due_at - NOW == pytest.approx(pause, rel=0.101)
    assert got.due_why == why


def test_a_feed_that_is_gone_is_asked_once_more_and_then_no_more():
    once, twice = (planned(state=FeedState.GONE, failures=times) for times in (1, 2))
    assert once.due_at - NOW == pytest.approx(DAY, rel=0.101)
    assert once.due_why == "in a day, to be sure: the publisher says it is gone (410)"
    assert (next_poll.is_ended(once), next_poll.is_ended(twice)) == (False, True)
    assert twice.due_why.startswith("not asked any more")


def test_feeds_added_together_are_not_asked_together():
    assert len({planned(key=f"f{n}").due_at for n in range(50)}) == 50
    held = {planned(key=f"f{n}", hints=PublisherHints(wait=HOUR)).due_at for n in range(50)}
    assert len(held) == 50
    assert min(held) >= NOW + HOUR
    assert max(held) <= NOW + 1.1 * HOUR


def test_hours_to_skip_are_skipped_and_named():
    quiet = PublisherHints(skip_hours=frozenset({12, 13, 14}))
    got = planned(gap=40 * MINUTE, hints=quiet)
    assert timedelta() <= got.due_at - NOW.replace(hour=15) <= 5 * MINUTE
    assert got.due_why.endswith(", outside of the hours and days it wants skipped: Tue 15:00 UTC")


def test_nobody_is_planned_for_the_last_minutes_before_them():
    quiet = PublisherHints(skip_hours=frozenset({13, 14}))
    for number in range(200):
        got = planned(key=f"f{number}", gap=9 * HOUR, hints=quiet)
        assert got.due_at < NOW + 56 * MINUTE or got.due_at >= NOW.replace(hour=15)


SPANS = st.none() | st.timedeltas(timedelta(), timedelta(days=4_000))
HINTS = st.builds(
    PublisherHints,
    wait=SPANS, fresh_for=SPANS, ttl=SPANS, period=SPANS,
    base=st.none() | st.just(NOW - timedelta(days=100, seconds=77)),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)  # fmt: skip


@given(
    asked=HINTS,
    gap=SPANS,
    failures=st.integers(0, 10_000),
    every=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
)
def test_whatever_was_said_a_feed_is_asked_later_than_now_never_inside_a_wish_and_some_day(
    asked, gap, failures, every
):
    state = FeedState.FAILING if failures else FeedState.OK
    got = planned(feed(every=every), hints=asked, gap=gap, failures=failures, state=state)
    wish = publisher_hints.not_before(asked, NOW)
    assert got.due_at > NOW
    assert wish is None or wish[0] <= got.due_at
    assert (
        got.due_at
        <= NOW + 1.1 * max(DAY, every or DAY) + publisher_hints.LONGEST_SKIP + 10 * MINUTE
    )
    assert got.due_why
