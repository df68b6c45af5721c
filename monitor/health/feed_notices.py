"""Which feeds have changed so that the operator should be told, and which can still wait?

Told is what lasts: a feed that fails once is none of anybody's business, one that fails for a day
is.  What falls together is told together, and what was told together recovers together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.feeds import FeedState

WELL = FeedState.OK
MANY = 5  # feeds that fail at once before it may be our own network
MOST = 0.9  # of those that fell: then the wave is over
WAVE = 4  # outage times; no wave is waited for longer
NEVER = timedelta()
STRAGGLERS = 6  # recovery times that one recovered feed waits for those that were told with it
MEMORY = timedelta(days=7)  # in which a feed that was told of before has to wait longer
LONGEST_DAMPING = 4  # times

# How soon an ill is told: these at once, for the state itself took its time or is final.
_AT_ONCE = frozenset({FeedState.SILENT, FeedState.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How one feed does, and what the operator knows of it; all that is well is `WELL`."""

    key: str
    name: str  # its title, or its address where it has none
    url: str
    state: FeedState
    why: str  # a sentence; empty when it is well
    since: datetime | None  # when the state began
    told: FeedState
    told_at: datetime | None
    told_times: int  # how often it was told to be ill, lately


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """How long each kind of change must last before it is told."""

    ill: timedelta = timedelta(days=1)
    recovered: timedelta = timedelta(hours=1)
    outage: timedelta = timedelta(minutes=15)
    spacing: timedelta = timedelta(hours=1)  # between two notices


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """What is told in one notice."""

    of: tuple[FeedHealth, ...]
    outage: bool = False  # so many fail at once that our own network is the likelier cause


def due(
    standings: Sequence[FeedHealth], watched: int, now: datetime, patience: NoticePolicy
) -> FeedNotice | None:
    """What to tell now, if anything.

    `standings` are those that are not well or were told to be ill, paused ones left out; `watched`
    is how many feeds there are in all, paused ones left out.
    """
    if _is_outage(standings, watched, now, patience):
        fallen = [one for one in standings if _fails_untold(one)]
        return FeedNotice(of=tuple(fallen), outage=True)
    told_at = max((one.told_at for one in standings if one.told_at), default=None)
    if told_at is not None and now - told_at < patience.spacing:
        return None
    ripe = [one for one in standings if _is_ripe(one, standings, now, patience)]
    return FeedNotice(of=tuple(ripe)) if ripe else None


def _fails_untold(one: FeedHealth) -> bool:
    return one.state is FeedState.FAILING and one.told is not FeedState.FAILING


def _is_outage(
    standings: Sequence[FeedHealth], watched: int, now: datetime, patience: NoticePolicy
) -> bool:
    """Do half of all feeds fail, many of them anew and for a while?

    Feeds are asked one after another, so they fall one after another, too: the notice waits until
    most of those that fell have lasted.  Who falls later, while the operator knows of the outage,
    is told like any other feed.
    """
    failing = [one for one in standings if one.state is FeedState.FAILING]
    fallen = [one for one in failing if _fails_untold(one)]
    if 2 * len(failing) < watched or 2 * (len(failing) - len(fallen)) >= watched:
        return False
    waits = [now - one.since for one in fallen if one.since is not None]
    lasting = sum(wait >= patience.outage for wait in waits)
    settled = lasting >= MOST * len(fallen) or max(waits, default=NEVER) >= WAVE * patience.outage
    return lasting >= MANY and settled


def _is_ripe(
    one: FeedHealth, standings: Sequence[FeedHealth], now: datetime, patience: NoticePolicy
) -> bool:
    if one.state is one.told or one.since is None:
        return False
    waited, times = now - one.since, _times(one, now)
    if one.state is WELL:
        group = [other for other in standings if other.told_at == one.told_at]
        together = all(_is_steady(other, now, patience) for other in group)
        return _is_steady(one, now, patience) and (
            together or waited >= STRAGGLERS * patience.recovered
        )
    if one.state in _AT_ONCE:
        return times == 0 or waited >= patience.ill * _damping(times - 1)
    return waited >= patience.ill * _damping(times)


def _damping(times: int) -> int:
    """How many times longer one waits that was told of so often."""
    return min(1 << max(times, 0), LONGEST_DAMPING)


def _is_steady(one: FeedHealth, now: datetime, patience: NoticePolicy) -> bool:
    """Has it been well for long enough?"""
    if one.state is not WELL or one.since is None:
        return False
    return now - one.since >= patience.recovered * _damping(_times(one, now) - 1)


def _times(one: FeedHealth, now: datetime) -> int:
    """How often it was told to be ill in the last days."""
    return one.told_times if one.told_at is not None and now - one.told_at < MEMORY else 0


def after(one: FeedHealth, now: datetime) -> tuple[FeedState, datetime, int]:
    """What the operator knows once this is told: the state, when, and how often it was ill."""
    return one.state, now, _times(one, now) + (one.state is not WELL)
