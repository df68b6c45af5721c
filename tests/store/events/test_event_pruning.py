"""The oldest events are pruned in order, whatever the clocks said that stored them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from monitor.domain.events.event_types import EventType
from monitor.store.events.event_pruning import count_prunable, prune_oldest
from monitor.store.schema.tables import event_logs, events
from tests.store.builders import NOW

DAY = timedelta(days=1)


def add(connection: Connection, *times: datetime) -> None:
    rows = [{"type": EventType.FEED_STATE_CHANGED, "at": at, "data": {"key": "f"}} for at in times]
    connection.execute(insert(events), rows)


def kept(connection: Connection) -> list[datetime]:
    return list(connection.scalars(select(events.c.at).order_by(events.c.number)))


def test_young_events_stay(connection: Connection) -> None:
    add(connection, NOW - 2 * DAY, NOW - DAY, NOW)
    assert count_prunable(connection, NOW - DAY) == 1
    assert prune_oldest(connection, NOW - DAY, 10) == 1
    assert kept(connection) == [NOW - DAY, NOW]
    log = connection.execute(select(event_logs)).one()
    assert (log.pruned_through, log.pruned_at) == (1, NOW - 2 * DAY)
    assert prune_oldest(connection, NOW - DAY, 10) == 0


def test_an_event_of_a_clock_ahead_of_time_goes_with_those_after_it(connection: Connection) -> None:
    add(connection, NOW + 3_650 * DAY, NOW - 2 * DAY, NOW)
    assert prune_oldest(connection, NOW - DAY, 10) == 2
    assert kept(connection) == [NOW]


def test_a_batch_is_bounded(connection: Connection) -> None:
    add(connection, *[NOW - 2 * DAY] * 5)
    assert [prune_oldest(connection, NOW, 2) for _ in range(4)] == [2, 2, 1, 0]
