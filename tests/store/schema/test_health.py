"""The tables of the service's own health: one row an hour, one row a fault."""

from __future__ import annotations

from datetime import timedelta, timezone

from sqlalchemy import Connection

from monitor.store.schema.tables import conditions, hours
from tests.store.builders import NOW
from tests.store.schema import rows

COUNTS = {
    "polls": 0, "failed": 0, "beats": 0, "beat_at": None, "pruned_texts": 0, "pruned_articles": 0,
}  # fmt: skip


def test_an_hour_has_one_row_in_whatever_zone_it_is_written(connection: Connection):
    rows.add(connection, hours, begins_at=NOW, **COUNTS)
    seoul = NOW.astimezone(timezone(timedelta(hours=9)))
    rows.refuses(connection, hours, begins_at=seoul, **COUNTS)
    rows.add(connection, hours, begins_at=NOW + timedelta(hours=1), **COUNTS)


def test_a_fault_is_open_once(connection: Connection):
    rows.add(connection, conditions, name="disk", sentence="the disk is full", since=NOW)
    rows.refuses(connection, conditions, name="disk", sentence="again", since=NOW)
