"""Feed notices: which changes of feeds' health the operator is notified of, and when.  Pure.

Only lasting changes cause a notice: not a single failure, but a day of failures.  Feeds that change
together are in one notice, and recover together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.feeds import FeedState

WELL = FeedState.OK
LEAST_OUTAGE_FEEDS = 5  # failing feeds, before our own network is the likelier cause
OUTAGE_SHARE = 0.9  # of the newly failed feeds that must have lasted, to notify of an outage
LONGEST_OUTAGE_WAIT = 4  # times `NoticePolicy.outage`; then the notice waits no longer
NO_TIME = timedelta()
STRAGGLERS = 6  # times `recovered`; so long a recovery waits for the others of its notice
MEMORY = timedelta(days=7)  # a feed with a notice within it waits longer for the next
LONGEST_DAMPING = 4  # times

# Reported at once: SILENT takes days to begin, GONE is final.
_AT_ONCE = frozenset({FeedState.SILENT, FeedState.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """The state of one feed, and the one last reported; every healthy state is `WELL`."""

    key: str
    name: str  # its title, or its URL where it has none
    url: str
    state: FeedState
    why: str  # a sentence; empty when it is well
    since: datetime | None  # when the state began
    notified_state: FeedState
    notified_at: datetime | None
    notified_times: int  # recent notices that it is ill


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePolicy:
    """How long each kind of change must last before a notice."""

    ill: timedelta = timedelta(days=1)
    recovered: timedelta = timedelta(hours=1)
    outage: timedelta = timedelta(minutes=15)
    spacing: timedelta = timedelta(hours=1)  # between two notices


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNotice:
    """The feeds of one notice."""

    feeds: tuple[FeedHealth, ...]
    outage: bool = False  # so many fail at once that our own network is the likelier cause


def due_notice(
    feeds: Sequence[FeedHealth], active: int, now: datetime, policy: NoticePolicy
) -> FeedNotice | None:
    """The notice that is due now, if any.

    `feeds` are those that are not well or were reported as ill, without paused ones; `active` is
    the number of all feeds without paused ones.
    """
    if _is_outage(feeds, active, now, policy):
        failed = [feed for feed in feeds if _is_unreported_failure(feed)]
        return FeedNotice(feeds=tuple(failed), outage=True)
    last_notice_at = max((feed.notified_at for feed in feeds if feed.notified_at), default=None)
    if last_notice_at is not None and now - last_notice_at < policy.spacing:
        return None
    due = [feed for feed in feeds if _is_due(feed, feeds, now, policy)]
    return FeedNotice(feeds=tuple(due)) if due else None


def _is_unreported_failure(feed: FeedHealth) -> bool:
    return feed.state is FeedState.FAILING and feed.notified_state is not FeedState.FAILING


def _is_outage(
    feeds: Sequence[FeedHealth], active: int, now: datetime, policy: NoticePolicy
) -> bool:
    """Whether half of all feeds fail, many of them newly and for a while.

    Feeds are polled one after another, so they also fail one after another: the notice waits until
    most of the failures have lasted.  A feed that fails later, during a reported outage, is treated
    like any other feed.
    """
    failing = [feed for feed in feeds if feed.state is FeedState.FAILING]
    newly_failed = [feed for feed in failing if _is_unreported_failure(feed)]
    if 2 * len(failing) < active or 2 * (len(failing) - len(newly_failed)) >= active:
        return False
    waits = [now - feed.since for feed in newly_failed if feed.since is not None]
    lasting = sum(wait >= policy.outage for wait in waits)
    has_waited = max(waits, default=NO_TIME) >= LONGEST_OUTAGE_WAIT * policy.outage
    is_settled = lasting >= OUTAGE_SHARE * len(newly_failed) or has_waited
    return lasting >= LEAST_OUTAGE_FEEDS and is_settled


def _is_due(
    feed: FeedHealth, feeds: Sequence[FeedHealth], now: datetime, policy: NoticePolicy
) -> bool:
    if feed.state is feed.notified_state or feed.since is None:
        return False
    lasted, notices = now - feed.since, _recent_notices(feed, now)
    if feed.state is WELL:
        of_same_notice = [other for other in feeds if other.notified_at == feed.notified_at]
        all_recovered = all(_has_recovered(other, now, policy) for other in of_same_notice)
        return _has_recovered(feed, now, policy) and (
            all_recovered or lasted >= STRAGGLERS * policy.recovered
        )
    if feed.state in _AT_ONCE:
        return notices == 0 or lasted >= policy.ill * _damping(notices - 1)
    return lasted >= policy.ill * _damping(notices)


def _damping(notices: int) -> int:
    """The factor by which a feed with so many recent notices waits longer."""
    return min(1 << max(notices, 0), LONGEST_DAMPING)


def _has_recovered(feed: FeedHealth, now: datetime, policy: NoticePolicy) -> bool:
    """Whether the feed has been well for long enough."""
    if feed.state is not WELL or feed.since is None:
        return False
    return now - feed.since >= policy.recovered * _damping(_recent_notices(feed, now) - 1)


def _recent_notices(feed: FeedHealth, now: datetime) -> int:
    """The number of notices that the feed is ill, if the last notice is recent."""
    is_recent = feed.notified_at is not None and now - feed.notified_at < MEMORY
    return feed.notified_times if is_recent else 0


def after_notice(feed: FeedHealth, now: datetime) -> tuple[FeedState, datetime, int]:
    """The `notified_state`, `notified_at` and `notified_times` of a feed once it is reported."""
    return feed.state, now, _recent_notices(feed, now) + (feed.state is not WELL)
