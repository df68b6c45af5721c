"""The tables of the event log."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from monitor.domain.events.event_types import EventType
from monitor.store.schema.tables import event_logs, events
from tests.fakes import NOW

EVENT = {"type": EventType.ARTICLE_FLAGGED, "at": NOW, "data": {"key": "a"}}


def test_a_number_is_never_used_again(connection: Connection) -> None:
    first, second = (connection.execute(insert(events).values(EVENT)) for _ in range(2))
    assert second.inserted_primary_key[0] > first.inserted_primary_key[0]
    connection.execute(delete(events))
    third = connection.execute(insert(events).values(EVENT))
    assert third.inserted_primary_key[0] > second.inserted_primary_key[0]


def test_a_log_has_a_name_from_the_beginning(connection: Connection) -> None:
    log = connection.execute(select(event_logs)).one()
    assert len(log.name) == 8
    assert (log.pruned_through, log.pruned_at) == (0, None)
