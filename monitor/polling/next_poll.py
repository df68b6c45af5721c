"""Scheduling of the next poll: when a feed is due, and the sentence that says why.  Pure.

The feed's publishing rate gives a pause, the operator's intervals bound it, failures lengthen it
(exponential backoff), and it is never shorter than what the publisher asks for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.net import backoff
from monitor.polling import publisher_hints, publishing_rate
from monitor.text.formats import readable_duration

LONGEST = timedelta(days=1)  # a failing feed is polled at least once a day, for ever
JITTER = 0.1  # so that feeds added together are not polled together for ever
_MAX_LATENESS = timedelta(hours=1)  # after the time that the publisher asks for
_HOST_TURN = timedelta(minutes=1)
_SPREAD = timedelta(minutes=5)  # over which the feeds come that waited for the same hour
# Clocks of two machines differ by seconds: a time so far ahead was written by a wrong clock.
SKEW = timedelta(minutes=5)
HOST_BUSY = "soon: its host is busy with its other feeds"
RESUMED = "now: it was resumed"
CLOCK_SET_BACK = "now: the clock was set back"
# Reasons of due times that are two minutes ahead at most.
SHORT_WAITS = (HOST_BUSY, RESUMED, CLOCK_SET_BACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollIntervals:
    """The operator's intervals between two polls of one feed."""

    every: timedelta  # for a feed that publishes at the expected rate
    fastest: timedelta
    slowest: timedelta


def with_due_time(feed: Feed, state: PollState, now: datetime, bounds: PollIntervals) -> PollState:
    """`state` with the time of the next poll and the reason for it.

    The pause has a jitter of a tenth, computed from the feed's key and `now`, so that the same
    poll always gives the same result.
    """
    pause, why = _pause(feed, state, now, bounds)
    jitter = backoff.jitter(feed.key, now.isoformat())
    due = now + pause * (1 + JITTER * jitter.either_way)
    limit = publisher_hints.not_before(state.hints, now)
    if limit is not None and limit.until > due:
        # Feeds with the same limit must not all come at its end.
        due = limit.until + jitter.later * min(JITTER * (limit.until - now), _MAX_LATENESS)
        if limit.until > now + pause:
            wait = readable_duration(limit.until - now)
            why = f"in {wait}: the publisher asks for it ({limit.source})"
    # A poll planned for the last minutes before a skipped hour could start late, inside the hour.
    allowed = publisher_hints.outside_skips(state.hints, due + _SPREAD)
    if allowed > due + _SPREAD:
        due = allowed + _SPREAD * jitter.later
        why += f", after the hours and days that it wants skipped: {allowed:%a %H:%M} UTC"
    return replace(state, due_at=due, due_why=why)


def postponed(feed: Feed, now: datetime) -> PollState:
    """The feed's state unchanged, due again when its host may accept another request."""
    later = backoff.jitter(feed.key, now.isoformat()).later
    due = now + _HOST_TURN * (1 + later)
    return replace(feed.poll, due_at=due, due_why=HOST_BUSY)


def longest_wait(bounds: PollIntervals, every: timedelta | None) -> timedelta:
    """The longest time from a poll to the next: its pause, the publisher's limits, skipped days."""
    pause = max(LONGEST, bounds.slowest, every or timedelta())
    limits = max(pause, publisher_hints.LONGEST) * (1 + JITTER)
    return limits + publisher_hints.LONGEST_SKIP + 2 * _SPREAD


def is_of_wrong_clock(
    state: PollState, every: timedelta | None, now: datetime, bounds: PollIntervals
) -> bool:
    """Whether only a clock that was ahead, and was set back since, can have planned `due_at`.

    `every` is the operator's interval of the feed.
    """
    if state.due_at <= now + SKEW:
        return False
    if state.asked_at is None or state.asked_at > now + SKEW:
        return True  # a feed that was never polled is due from the start
    if state.due_why in SHORT_WAITS:
        return True
    return state.due_at - now > longest_wait(bounds, every)


def is_ended(state: PollState) -> bool:
    """Whether the publisher said repeatedly that the feed is gone; it is then not polled."""
    return state.state is FeedState.GONE and state.failures >= publisher_hints.GONE_ANSWERS_TO_END


def _pause(
    feed: Feed, state: PollState, now: datetime, bounds: PollIntervals
) -> tuple[timedelta, str]:
    """The pause with failures taken into account, and the reason for it."""
    pace, why = _pace(feed, state, now, bounds)
    if is_ended(state):
        return LONGEST, "not polled any more: the publisher said twice that it is gone (410)"
    if state.state is FeedState.GONE:
        return LONGEST, "in a day, to be sure: the publisher says it is gone (410)"
    if state.failures:
        pause = backoff.doubled(pace, state.failures, longest=max(LONGEST, pace))
        cause = "it failed" if state.failures == 1 else f"{state.failures} failures in a row"
        return pause, f"in {readable_duration(pause)}: {cause}"
    return pace, f"every {readable_duration(pace)}{why}"


def _pace(
    feed: Feed, state: PollState, now: datetime, bounds: PollIntervals
) -> tuple[timedelta, str]:
    """The pause without failures, and the end of the sentence "every …".

    It grows with the square root of the gap between publications: for a given number of requests
    this keeps the mean delay of news shortest.  See docs/decisions/011-poll-interval.md.
    """
    if feed.every is not None:
        return feed.every, ", as set for this feed"
    if feed.pushed_until is not None and feed.pushed_until > now:
        return bounds.slowest, ", the slowest allowed: its hub announces news"
    if state.gap is None:
        return bounds.every, ": how often the publisher updates isn't known yet"
    updates = f"the publisher updates about every {readable_duration(state.gap)}"
    pace = bounds.every * math.sqrt(state.gap / publishing_rate.EXPECTED_GAP)
    if pace <= bounds.fastest:
        return bounds.fastest, f", the fastest allowed: {updates}"
    if pace >= bounds.slowest:
        return bounds.slowest, f", the slowest allowed: {updates}"
    return pace, f": {updates}"
