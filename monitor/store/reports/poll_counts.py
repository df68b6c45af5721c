"""Hourly counts: polls that ran and failed, what was pruned, and when no service ran."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.store.database.stored_states import Pruned
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import hours

HOUR = timedelta(hours=1)
HEARTBEAT = timedelta(minutes=1)
# A heartbeat sooner after the last one comes from another service that runs at the same time.
_SHORTEST_PAUSE = timedelta(seconds=45)

_PRUNED_COUNTS = {Pruned.TEXTS: "pruned_texts", Pruned.ARTICLES: "pruned_articles"}

_FAILED = (FeedState.FAILING, FeedState.GONE)


def hour_of(time: datetime) -> datetime:
    """The begin of the hour that this instant is in."""
    return time.replace(minute=0, second=0, microsecond=0)


def add_polls(database: Database, connection: Connection, polled: Sequence[PollResult]) -> None:
    """Add these polls to the counts of their hours.

    The last step of a commit: all processes update the same row, and wait for each other there.
    """
    poll_totals: Counter[datetime] = Counter()
    failed: Counter[datetime] = Counter()
    for poll in polled:
        if poll.at is not None:
            poll_totals[hour_of(poll.at)] += 1
            failed[hour_of(poll.at)] += poll.state.state in _FAILED
    for hour in sorted(poll_totals):
        row = _row(hour, polls=poll_totals[hour], failed=failed[hour])
        insert = database.insert(hours).values(row)
        sums = {
            "polls": hours.c.polls + insert.excluded.polls,
            "failed": hours.c.failed + insert.excluded.failed,
        }
        connection.execute(insert.on_conflict_do_update(index_elements=["begins_at"], set_=sums))


def record_heartbeat(database: Database, now: datetime) -> None:
    """Record that a service runs; to be called once a minute.

    Of several services that run at the same time only one is counted.
    """
    insert = database.insert(hours).values(_row(hour_of(now), beats=1, beat_at=now))
    due = or_(hours.c.beat_at.is_(None), hours.c.beat_at <= now - _SHORTEST_PAUSE)
    change = {
        "beats": hours.c.beats + case((due, 1), else_=0),
        "beat_at": case((due, now), else_=hours.c.beat_at),
    }
    upsert = insert.on_conflict_do_update(index_elements=["begins_at"], set_=change)
    database.write(lambda connection: connection.execute(upsert))


def add_pruned(
    database: Database, connection: Connection, kind: Pruned, count: int, now: datetime
) -> None:
    """Add texts or articles that were pruned to the counts of this hour."""
    column = _PRUNED_COUNTS.get(kind)
    if column is None:
        return
    insert = database.insert(hours).values(_row(hour_of(now), **{column: count}))
    sums = {column: hours.c[column] + insert.excluded[column]}
    connection.execute(insert.on_conflict_do_update(index_elements=["begins_at"], set_=sums))


def pruned_totals(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many texts and whole articles were pruned in the hours that this span touches."""
    totals = [
        func.coalesce(func.sum(hours.c[column]), 0).label(column)
        for column in _PRUNED_COUNTS.values()
    ]
    span = hours.c.begins_at >= hour_of(since), hours.c.begins_at < until
    row = connection.execute(select(*totals).where(*span)).one()
    return {column: int(count) for column, count in row._mapping.items()}


def poll_totals(connection: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """(all polls, failed polls) in the hours that this span touches."""
    sums = select(
        func.coalesce(func.sum(hours.c.polls), 0), func.coalesce(func.sum(hours.c.failed), 0)
    ).where(hours.c.begins_at >= hour_of(since), hours.c.begins_at < until)
    total, failed = connection.execute(sums).one()
    return int(total), int(failed)


def has_beat(connection: Connection, since: datetime, until: datetime) -> bool:
    """Whether a service reported from `since` until before `until` that it runs."""
    beats = select(hours.c.begins_at).where(
        hours.c.begins_at >= hour_of(since), hours.c.begins_at < until, hours.c.beats > 0
    )
    return connection.execute(beats.limit(1)).first() is not None


def unwatched_time(connection: Connection, since: datetime, until: datetime) -> timedelta:
    """How long no service ran in this span, counted from the first whole hour in the table.

    An hour with polls and without a heartbeat counts as watched: another scheduler, such as cron,
    calls `monitor poll`.
    """
    first: datetime | None = connection.scalar(select(func.min(hours.c.begins_at)))
    if first is None:
        return timedelta()
    query = select(hours).where(hours.c.begins_at >= hour_of(since), hours.c.begins_at < until)
    watched_time = {
        row.begins_at: HOUR if row.polls and not row.beats else row.beats * HEARTBEAT
        for row in connection.execute(query)
    }
    missed, hour = timedelta(), max(hour_of(since), first + HOUR)
    while hour < until:
        expected = min(hour + HOUR, until) - max(hour, since)
        missed += max(timedelta(), expected - watched_time.get(hour, timedelta()))
        hour += HOUR
    return missed


def _row(hour: datetime, **counts: Any) -> dict[str, Any]:
    zeros = dict.fromkeys(("polls", "failed", "beats", "pruned_texts", "pruned_articles"), 0)
    return {"begins_at": hour, "beat_at": None, **zeros} | counts
