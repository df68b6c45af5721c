"""Copies of whole databases between SQLite and PostgreSQL: every kind of row, and the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Table, TextClause, select, text

from monitor.domain.alerts import AlertState
from monitor.domain.errors import StoreError
from monitor.domain.feeds import PollState
from monitor.store.database.columns import (
    EnumText,
    Microseconds,
    SafeText,
    StoredJson,
    UtcDateTime,
)
from monitor.store.database.stored_states import Pruned
from monitor.store.schema.tables import event_logs, metadata, search_indexes
from monitor.store.store import Store
from tests.store.builders import (
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
)

COPIED = [table for table in metadata.sorted_tables if table not in (search_indexes, event_logs)]
VALUES: dict[type, Any] = {
    str: "x",
    bytes: b"\x00x",
    int: 1,
    float: 0.25,
    bool: True,
    date: NOW.date(),
}


def value_of(column: Any) -> Any:
    if isinstance(column.type, EnumText):
        return next(iter(column.type.kind))
    if isinstance(column.type, StoredJson):
        return {"ü": ["\u2028", 1, None], "b": 1e16, "a": {"z": 0.1, "y": -0.0}}
    for kind, value in (
        (UtcDateTime, NOW),
        (Microseconds, timedelta(seconds=1.5)),
        (SafeText, "é"),
    ):
        if isinstance(column.type, kind):
            return value
    return VALUES[column.type.python_type]


def fill(connection: Connection) -> None:
    """One row in each table, with a value in each column; they refer to each other by "x"."""
    for table in COPIED:
        connection.execute(table.insert(), {col.name: value_of(col) for col in table.columns})


def rows_of(store: Store) -> dict[str, list[Any]]:
    def read(connection: Connection) -> dict[str, list[Any]]:
        return {table.name: _rows(connection, table) for table in COPIED}

    return store._database.read(read)


def _rows(connection: Connection, table: Table) -> list[Any]:
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in connection.execute(query)]


@pytest.fixture(params=["to PostgreSQL", "from PostgreSQL"])
def pair(request: pytest.FixtureRequest, sqlite_url: str, postgresql_url: str):
    """A source and an empty target."""
    urls = [sqlite_url, postgresql_url]
    first, second = urls if request.param == "to PostgreSQL" else urls[::-1]
    with Store.open(first) as source, Store.open(second) as target:
        yield source, target


def test_every_kind_of_row_is_the_same_in_the_copy(pair: tuple[Store, Store]) -> None:
    source, target = pair
    source._database.write(fill)
    counts = source.copy_to(target)
    assert counts == dict.fromkeys(counts, 1)
    assert set(counts) == {table.name for table in COPIED}
    assert rows_of(target) == rows_of(source)
    assert target.row_counts() == source.row_counts()


def test_alerts_keep_their_state_and_articles_are_found_and_numbered_on(
    pair: tuple[Store, Store],
) -> None:
    source, target = pair
    feed, desk = a_feed(), a_subscription()
    source.feeds.add(feed)
    source.subscriptions.add(desk)
    articles = [an_article(f"Sappers {number}", feed) for number in range(600)]
    alerts = [an_alert(article, desk, state=AlertState.SENT) for article in articles[:3]]
    source.commit([a_poll(feed, *articles, alerts=tuple(alerts))])
    source.copy_to(target)
    assert target.outbox.counts()[AlertState.SENT] == 3
    assert target.outbox.claim(NOW, limit=10, per_subscription=10, lease=timedelta(1)) == []
    assert [alert.key for alert in target.outbox.list()] == [
        alert.key for alert in source.outbox.list()
    ]
    target.search.rebuild_step()  # the words of the first 500
    progress = target.search.rebuild_step()
    assert (progress.indexed, progress.articles) == (600, 600)
    later = an_article("Sappers again", feed, seen_at=NOW + timedelta(hours=1))
    for store in pair:  # the next number is the same in both
        store.commit([a_poll(feed, later, state=PollState(due_at=NOW))])
    numbers = text("SELECT max(number), count(*) FROM article_numbers")
    for store in pair:
        row = store._database.read(lambda connection: connection.execute(numbers).one())
        assert tuple(row) == (601, 601)


def test_a_stream_of_events_goes_on_at_the_copy(pair: tuple[Store, Store]) -> None:
    source, target = pair
    feed = a_feed()
    source.feeds.add(feed)
    source.commit([a_poll(feed, an_article("One"), an_article("Two"), at=NOW)])
    source.pruning.step(Pruned.EVENTS, NOW + timedelta(minutes=1), NOW, batch=1)
    stopped_at = replace(source.event_log.newest(), number=2)
    source.copy_to(target)
    resumed = target.event_log.resume(stopped_at)
    assert (resumed.position, resumed.gap) == (stopped_at, None)
    lost = target.event_log.resume(replace(stopped_at, number=0)).gap
    assert lost is not None
    assert lost.most_lost == 1
    target.feeds.set_paused(feed.key, True, NOW)
    numbers = [event.number for event in target.event_log.since(stopped_at.number, 9).events]
    assert numbers == [3, 4]


def test_the_number_of_a_deleted_row_is_not_given_again(pair: tuple[Store, Store]) -> None:
    source, target = pair
    feed, first, second = a_feed(), an_article("One"), an_article("Two")
    source.feeds.add(feed)
    source.commit([a_poll(feed, first)])
    source._database.write(
        lambda connection: connection.execute(text("DELETE FROM article_numbers"))
    )
    source.copy_to(target)
    target.commit([a_poll(feed, second)])
    number = target._database.read(
        lambda connection: connection.scalar(text("SELECT number FROM article_numbers"))
    )
    assert number == 2


def test_a_database_with_rows_is_refused_and_left_as_it_is(pair: tuple[Store, Store]) -> None:
    source, target = pair
    source.feeds.add(a_feed("one"))
    target.subscriptions.add(a_subscription("mine"))
    with pytest.raises(StoreError, match="holds 1 rows of subscriptions already"):
        source.copy_to(target)
    assert target.feeds.list() == []
    assert len(target.subscriptions.list()) == 1


def test_another_connection_to_a_server_is_seen(postgresql_url: str, sqlite_url: str) -> None:
    with Store.open(postgresql_url) as store:
        assert store.other_users() == 0
        with Store.open(postgresql_url) as other:
            other.feeds.list()
            assert store.other_users() == 1
    with Store.open(sqlite_url) as file:
        assert file.other_users() == 0


def test_a_value_that_changed_on_the_way_is_seen_and_nothing_is_stored(
    pair: tuple[Store, Store],
) -> None:
    source, target = pair
    source.feeds.add(a_feed(title="Harbour Wire"))
    for statement in CHANGING_TRIGGER[target._database.is_sqlite]:
        target._database.write(partial(_execute, statement=text(statement)))
    with pytest.raises(StoreError, match="feeds has other values after the copy"):
        source.copy_to(target)
    assert target.feeds.list() == []


def _execute(connection: Connection, statement: TextClause) -> None:
    connection.execute(statement)


CHANGING_TRIGGER = {
    True: (
        (
            "CREATE TRIGGER changed AFTER INSERT ON feeds"
            " BEGIN UPDATE feeds SET title = 'Harbor Wire' WHERE key = NEW.key; END"
        ),
    ),
    False: (
        (
            "CREATE FUNCTION change_title() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN NEW.title = 'Harbor Wire'; RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER changed BEFORE INSERT ON feeds"
            " FOR EACH ROW EXECUTE FUNCTION change_title()"
        ),
    ),
}
