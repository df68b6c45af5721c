"""Pruning of the event log: the oldest events go, and the log remembers up to which number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from monitor.store.schema.tables import event_logs, events


def prune_oldest(connection: Connection, before: datetime, batch: int) -> int:
    """Delete the oldest events that happened before then, at most a batch; how many.

    Events go in the order of their numbers, so that a client which stopped in between can be told
    what it missed.  One that a clock ahead of time has stored goes with those after it.
    """
    oldest = select(events.c.number, events.c.at).order_by(events.c.number).limit(batch)
    rows = connection.execute(oldest).all()
    count = max((place for place, row in enumerate(rows, 1) if row.at < before), default=0)
    if not count:
        return 0
    last = rows[count - 1]
    connection.execute(delete(events).where(events.c.number <= last.number))
    connection.execute(update(event_logs).values(pruned_through=last.number, pruned_at=last.at))
    return count


def count_prunable(connection: Connection, before: datetime) -> int:
    """How many events happened before then; reads the whole log."""
    return connection.scalar(select(func.count()).where(events.c.at < before)) or 0
