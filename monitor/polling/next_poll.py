"""When do we ask this feed again, and why then?  Pure: what we remember → an instant, a sentence.

The feed's own rhythm asks for a pause, the operator's bounds hold it, failures stretch it, and
what the publisher wishes is never undercut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.net import backoff
from monitor.polling import publisher_hints, publishing_rate
from monitor.text.formats import readable_duration

LONGEST = timedelta(days=1)  # a feed that fails is still asked once a day, for ever
JITTER = 0.1  # feeds added together must not be asked together for ever
_TURN = timedelta(minutes=1)
_SPREAD = timedelta(minutes=5)  # over which those come that waited for the same hour


@dataclass(frozen=True, slots=True, kw_only=True)
class PollIntervals:
    """What the operator allows."""

    every: timedelta  # for a feed that publishes as often as we expect of any
    fastest: timedelta
    slowest: timedelta


def planned(feed: Feed, state: PollState, now: datetime, bounds: PollIntervals) -> PollState:
    """`state` with the time of the next poll and the reason for it.

    The pause is jittered by a tenth, made of the feed's key and the instant, so that the same
    poll always gives the same answer.
    """
    pause, why = _pause(feed, state, now, bounds)
    early, late = backoff.jitter(feed.key, now.isoformat())
    due = now + pause * (1 + JITTER * early)
    wish = publisher_hints.not_before(state.hints, now)
    if wish is not None and wish[0] > due:
        # All who were told the same must not come back together.
        due = wish[0] + JITTER * late * (wish[0] - now)
        if wish[0] > now + pause:
            why = f"in {readable_duration(wish[0] - now)}: the publisher asks for it ({wish[1]})"
    # Whoever is planned for the last minute before such an hour comes in it, being a little late.
    allowed = publisher_hints.outside_skips(state.hints, due + _SPREAD)
    if allowed > due + _SPREAD:
        due = allowed + _SPREAD * late
        why += f", outside of the hours and days it wants skipped: {allowed:%a %H:%M} UTC"
    return replace(state, due_at=due, due_why=why)


def put_off(feed: Feed, now: datetime) -> PollState:
    """The feed as it was, to be asked when its host may have a turn free."""
    late = backoff.jitter(feed.key, now.isoformat()).later
    at = now + _TURN * (1 + late)
    return replace(feed.poll, due_at=at, due_why="soon: its host is busy with its other feeds")


def is_ended(state: PollState) -> bool:
    """Did the publisher say again and again that the feed is gone?  Then it is not asked."""
    return state.state is FeedState.GONE and state.failures >= publisher_hints.ENDED


def _pause(
    feed: Feed, state: PollState, now: datetime, bounds: PollIntervals
) -> tuple[timedelta, str]:
    pace, why = _pace(feed, state, now, bounds)
    if is_ended(state):
        return LONGEST, "not asked any more: the publisher said twice that it is gone (410)"
    if state.state is FeedState.GONE:
        return LONGEST, "in a day, to be sure: the publisher says it is gone (410)"
    if state.failures:
        pause = backoff.doubled(pace, state.failures, longest=max(LONGEST, pace))
        times = "it failed" if state.failures == 1 else f"{state.failures} failures in a row"
        return pause, f"in {readable_duration(pause)}: {times}"
    return pace, f"every {readable_duration(pace)}{why}"


def _pace(
    feed: Feed, state: PollState, now: datetime, bounds: PollIntervals
) -> tuple[timedelta, str]:
    """The pause while all is well.

    With the root of the gap: of all ways to spend the same number of requests, this one lets
    news wait the least.  See docs/decisions/016-pace.md.
    """
    if feed.every is not None:
        return feed.every, ", as set for this feed"
    if feed.pushed_until is not None and feed.pushed_until > now:
        return bounds.slowest, ", the slowest allowed: its hub tells us of news"
    if state.gap is None:
        return bounds.every, ": how often the publisher updates isn't known yet"
    updates = f"the publisher updates about every {readable_duration(state.gap)}"
    pace = bounds.every * math.sqrt(state.gap / publishing_rate.USUAL)
    if pace <= bounds.fastest:
        return bounds.fastest, f", the fastest allowed: {updates}"
    if pace >= bounds.slowest:
        return bounds.slowest, f", the slowest allowed: {updates}"
    return pace, f": {updates}"
