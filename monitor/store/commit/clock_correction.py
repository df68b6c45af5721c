"""Clock correction: times left by a clock that was ahead and was set back are due now.

A due time, a rest or a lease that lies further away than it can be planned, or that was planned at
an instant in the future, would stop the work until then.  No step of a clock leaves other traces.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from monitor.domain.feeds import PollState
from monitor.polling import next_poll, websub
from monitor.polling.next_poll import PollIntervals
from monitor.store.claims import feed_claims
from monitor.store.database.transactions import Database, chunks
from monitor.store.schema.tables import (
    IS_HELD,
    IS_PENDING,
    alerts,
    attempts,
    feeds,
    hubs,
    subscriptions,
)

# Clocks of two machines differ by seconds: a time so far ahead was written by a wrong clock.
SKEW = next_poll.SKEW
# An alert waits a day at most between two tries, and for the end of quiet hours.
_LONGEST_RETRY = timedelta(days=3)
_LONGEST_PAUSE = timedelta(days=2)  # of a receiver: a day at most, by Retry-After
_LONGEST_HOLD = timedelta(days=8)  # until a weekly digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLimits:
    """The longest times that this installation plans ahead."""

    intervals: PollIntervals
    lease: timedelta  # of feeds and of alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedTimes:
    """The keys of the rows with times of a wrong clock."""

    feeds: Collection[str] = ()
    alerts: Collection[str] = ()
    receivers: Collection[str] = ()  # subscriptions whose pause ends
    digests: Collection[str] = ()  # subscriptions whose held alerts are checked
    hubs: Collection[str] = ()  # by feed key
    leased_feeds: Collection[str] = ()
    leased_alerts: Collection[str] = ()

    def counts(self) -> dict[str, int]:
        """How many of each, without those that are none."""
        numbers = {name: len(getattr(self, name)) for name in self.__slots__}
        return {name: number for name, number in numbers.items() if number}


def correct(database: Database, now: datetime, limits: ClockLimits) -> CorrectedTimes:
    """Make due what a clock that was ahead has planned; return what was corrected."""
    if not database.read(lambda connection: _find(connection, now, limits)).counts():
        return CorrectedTimes()

    def change(connection: Connection) -> CorrectedTimes:
        corrected = _find(connection, now, limits)
        _apply(connection, corrected, now)
        return corrected

    return database.write(change)


def _find(connection: Connection, now: datetime, limits: ClockLimits) -> CorrectedTimes:
    ahead = now + SKEW
    leased_until = ahead + limits.lease
    return CorrectedTimes(
        feeds=_feeds(connection, now, limits.intervals),
        alerts=_keys(connection, alerts.c.key, IS_PENDING, _alert_ahead(now)),
        receivers=_keys(
            connection,
            subscriptions.c.key,
            subscriptions.c.rests_until > ahead,
            or_(
                subscriptions.c.failed_at > ahead,
                subscriptions.c.rests_until > now + _LONGEST_PAUSE,
            ),
        ),
        digests=_keys(
            connection, subscriptions.c.key, subscriptions.c.next_at > ahead, _check_ahead(now)
        ),
        hubs=_keys(
            connection,
            hubs.c.feed_key,
            hubs.c.due_at > ahead,
            or_(hubs.c.heard_at > ahead, hubs.c.due_at > ahead + websub.LONGEST_LEASE),
        ),
        leased_feeds=_keys(connection, feeds.c.key, feeds.c.lease_until > leased_until),
        leased_alerts=_keys(
            connection, alerts.c.key, IS_PENDING, alerts.c.lease_until > leased_until
        ),
    )


def _keys(
    connection: Connection, column: ColumnElement[str], *conditions: ColumnElement[bool]
) -> list[str]:
    return sorted(connection.scalars(select(column).where(*conditions)))


def _feeds(connection: Connection, now: datetime, intervals: PollIntervals) -> list[str]:
    """The database chooses the few that may be, `next_poll` decides."""
    ahead = now + SKEW
    suspect = or_(
        feeds.c.asked_at.is_(None),
        feeds.c.asked_at > ahead,
        feeds.c.due_at > now + next_poll.longest_wait(intervals, None),
        feeds.c.due_why.in_(next_poll.SHORT_WAITS),
    )
    query = select(
        feeds.c.key, feeds.c.due_at, feeds.c.due_why, feeds.c.asked_at, feeds.c.every_us
    ).where(feeds.c.due_at > ahead, suspect)
    keys = []
    for row in connection.execute(query.order_by(feeds.c.key)):
        state = PollState(due_at=row.due_at, due_why=row.due_why, asked_at=row.asked_at)
        if next_poll.is_of_wrong_clock(state, row.every_us, now, intervals):
            keys.append(row.key)
    return keys


def _alert_ahead(now: datetime) -> ColumnElement[bool]:
    ahead = now + SKEW
    tried_ahead = select(attempts.c.alert_key).where(
        attempts.c.alert_key == alerts.c.key, attempts.c.at > ahead
    )
    return and_(
        alerts.c.due_at > ahead,
        or_(
            alerts.c.created_at > ahead,
            alerts.c.due_at > now + _LONGEST_RETRY,
            tried_ahead.exists(),
        ),
    )


def _check_ahead(now: datetime) -> ColumnElement[bool]:
    """A check planned too far ahead, or for alerts that were held in the future."""
    held_ahead = select(alerts.c.key).where(
        alerts.c.subscription_key == subscriptions.c.key,
        IS_HELD,
        alerts.c.created_at > now + SKEW,
    )
    return or_(subscriptions.c.next_at > now + _LONGEST_HOLD, held_ahead.exists())


def _apply(connection: Connection, corrected: CorrectedTimes, now: datetime) -> None:
    due = {"due_at": now, "due_why": next_poll.CLOCK_SET_BACK}
    _set(connection, feeds.c.key, corrected.feeds, due)
    _set(connection, alerts.c.key, corrected.alerts, {"due_at": now})
    _set(connection, subscriptions.c.key, corrected.receivers, {"rests_until": None})
    _set(connection, subscriptions.c.key, corrected.digests, {"next_at": now})
    _set(connection, hubs.c.feed_key, corrected.hubs, {"due_at": now})
    _set(connection, feeds.c.key, corrected.leased_feeds, feed_claims.FREE)
    _set(
        connection,
        alerts.c.key,
        corrected.leased_alerts,
        {"lease_until": None, "lease_token": None},
    )


def _set(
    connection: Connection,
    key: ColumnElement[str],
    keys: Collection[str],
    values: Mapping[str, object],
) -> None:
    for chunk in chunks(keys):
        table = key.table
        connection.execute(update(table).where(key.in_(chunk)).values(values))
