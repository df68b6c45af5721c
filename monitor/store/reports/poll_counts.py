"""What each hour of watching came to: polls, and whether anybody watched at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import hours

HOUR = timedelta(hours=1)
BEAT = timedelta(minutes=1)
# A beat so soon after the last is another service's: clocks are a little late, never so early.
_SAME = timedelta(seconds=45)

_FAILED = (FeedState.FAILING, FeedState.GONE)


def begin_of(time: datetime) -> datetime:
    """The hour that this instant is in."""
    return time.replace(minute=0, second=0, microsecond=0)


def count(database: Database, connection: Connection, polled: Sequence[PollResult]) -> None:
    """Add these polls to their hours.

    The last thing before a commit: all processes add to the same row, and wait for each other.
    """
    polls: Counter[datetime] = Counter()
    failed: Counter[datetime] = Counter()
    for poll in polled:
        if poll.at is not None:
            polls[begin_of(poll.at)] += 1
            failed[begin_of(poll.at)] += poll.state.state in _FAILED
    for hour in sorted(polls):
        row = _row(hour, polls=polls[hour], failed=failed[hour])
        fresh = database.insert(hours).values(row)
        added = {
            "polls": hours.c.polls + fresh.excluded.polls,
            "failed": hours.c.failed + fresh.excluded.failed,
        }
        connection.execute(fresh.on_conflict_do_update(index_elements=["begins_at"], set_=added))


def record_heartbeat(database: Database, now: datetime) -> None:
    """A service says that it runs; to be called once a minute.

    Of several that run at once only one is counted.
    """
    fresh = database.insert(hours).values(_row(begin_of(now), beats=1, beat_at=now))
    due = or_(hours.c.beat_at.is_(None), hours.c.beat_at <= now - _SAME)
    change = {
        "beats": hours.c.beats + case((due, 1), else_=0),
        "beat_at": case((due, now), else_=hours.c.beat_at),
    }
    change_it = fresh.on_conflict_do_update(index_elements=["begins_at"], set_=change)
    database.write(lambda connection: connection.execute(change_it))


def polls(connection: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """How many polls, and how many failed ones, in the hours that this span touches."""
    counted = select(
        func.coalesce(func.sum(hours.c.polls), 0), func.coalesce(func.sum(hours.c.failed), 0)
    ).where(hours.c.begins_at >= begin_of(since), hours.c.begins_at < until)
    total, failed = connection.execute(counted).one()
    return int(total), int(failed)


def unwatched(connection: Connection, since: datetime, until: datetime) -> timedelta:
    """How long no service ran in this span, counted from the first whole hour we know of.

    An hour with polls and without a beat was watched: somebody calls `monitor poll` by a clock of
    his own.
    """
    first: datetime | None = connection.scalar(select(func.min(hours.c.begins_at)))
    if first is None:
        return timedelta()
    wanted = select(hours).where(hours.c.begins_at >= begin_of(since), hours.c.begins_at < until)
    watched = {
        row.begins_at: HOUR if row.polls and not row.beats else row.beats * BEAT
        for row in connection.execute(wanted)
    }
    missed, hour = timedelta(), max(begin_of(since), first + HOUR)
    while hour < until:
        expected = min(hour + HOUR, until) - max(hour, since)
        missed += max(timedelta(), expected - watched.get(hour, timedelta()))
        hour += HOUR
    return missed


def _row(hour: datetime, **counts: Any) -> dict[str, Any]:
    return {"begins_at": hour, "polls": 0, "failed": 0, "beats": 0, "beat_at": None} | counts
