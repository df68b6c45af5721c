"""Writes to the event log, in the transaction of the change: no event without it, and none missing.

On PostgreSQL one transaction after another numbers its events, under an advisory lock that is held
until the commit: numbers ascend in the order of commits, so that no reader passes an event that is
committed later (docs/decisions/027-event-log.md).  It must be the last lock of a transaction: who
holds it waits for nobody, so there is no deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, insert

from monitor.domain.events.event_types import NewEvent
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database, steps
from monitor.store.schema.tables import events


def add(database: Database, connection: Connection, new: Sequence[NewEvent]) -> None:
    """Number and store these events in order; the last call of a transaction."""
    if new:
        database.run_last(connection, partial(_store, new))


def _store(new: Sequence[NewEvent], connection: Connection) -> None:
    take_lock(connection, AdvisoryLock.EVENTS)
    rows = [{"type": event.type, "at": event.at, "data": dict(event.data)} for event in new]
    for step in steps(rows):
        connection.execute(insert(events), step)
