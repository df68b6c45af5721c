"""Writes to the event log, in the transaction of the change: no event without it, and none missing.

On PostgreSQL one transaction after another numbers its events, under an advisory lock that is held
until the commit: numbers ascend in the order of commits, so that no reader passes an event that is
committed later (docs/decisions/027-event-log.md).  It must be the last lock of a transaction: who
holds it waits for nobody, so there is no deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, insert, text

from monitor.domain.events.event_types import NewEvent
from monitor.store.database.transactions import Database, steps
from monitor.store.schema.tables import events

_EVENT_LOCK = 7_238_061_115  # any number, the same in every process


def add(database: Database, connection: Connection, new: Sequence[NewEvent]) -> None:
    """Number and store these events in order; the last call of a transaction."""
    if new:
        database.run_last(connection, partial(_store, database, new))


def _store(database: Database, new: Sequence[NewEvent], connection: Connection) -> None:
    if not database.is_sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _EVENT_LOCK})
    rows = [{"type": event.type, "at": event.at, "data": dict(event.data)} for event in new]
    for step in steps(rows):
        connection.execute(insert(events), step)
