"""Copy every row of one database into an empty one, of either kind, in one transaction.

The words of the search index are not copied: each kind of database has its own form of them, and
they are indexed anew.  The event log goes on under its name, so that streams go on where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    RowMapping,
    Table,
    column,
    func,
    insert,
    select,
    text,
)

from monitor.domain.errors import StoreError
from monitor.store import planner_statistics
from monitor.store.database.transactions import Database
from monitor.store.row_digests import TableDigest
from monitor.store.schema.tables import article_numbers, event_logs, metadata, search_indexes

_BATCH = 500  # rows of one statement
# Each database has its row of these from the beginning.
_PRESENT = (search_indexes, event_logs)
_COPIED = tuple(table for table in metadata.sorted_tables if table not in _PRESENT)
# The database numbers the rows of these.
_NUMBERED = tuple(table for table in _COPIED if table.dialect_options["sqlite"]["autoincrement"])


def row_counts(database: Database) -> dict[str, int]:
    """Table → number of rows, of one instant."""
    return database.read(_counts)


def copy_rows(source: Database, target: Database) -> dict[str, int]:
    """Copy every row; return the number of rows by table, which are the same in both.

    The source is read as it is at one instant; the target has all rows afterwards, or none of them.
    Raise StoreError when the target has rows, or when a table of the copy, read back, has another
    number or another digest of rows.
    """

    def copy(reading: Connection) -> dict[str, int]:
        if not source.is_sqlite:  # one snapshot for all tables
            reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        return _write(target, lambda writing: _copy_all(reading, writing, target))

    counts = source.read(copy)
    planner_statistics.analyse_all(target)
    return counts


def other_users(database: Database) -> int:
    """How many other connections of this program PostgreSQL has to the database; 0 for SQLite."""
    if database.is_sqlite:
        return 0
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name = 'watchpost' AND pid <> pg_backend_pid()"
    )
    return database.read(lambda connection: int(connection.scalar(query) or 0))


def _write(target: Database, call: Callable[[Connection], dict[str, int]]) -> dict[str, int]:
    """Run the call in one transaction; SQLite checks the references at its end."""
    if not target.is_sqlite:
        return target.write(call)
    counts: dict[str, int] = {}
    target.without_foreign_keys(lambda connection: counts.update(call(connection)))
    return counts


def _copy_all(reading: Connection, writing: Connection, target: Database) -> dict[str, int]:
    present = {name: number for name, number in _counts(writing).items() if number}
    if present:
        name, number = next(iter(present.items()))
        raise StoreError(
            f"{target.name}: holds {number:,} rows of {name} already: name an empty database"
        )
    digests = {table.name: _copy_table(reading, writing, table) for table in _COPIED}
    for table in _NUMBERED:
        _set_last_number(writing, table, _last_number(reading, table))
    _index_anew(writing)
    _continue_event_log(reading, writing)
    for table in _COPIED:
        _compare(digests[table.name], _digest(writing, table), f"{target.name}: {table.name}")
    return {name: digest.rows for name, digest in digests.items()}


def _copy_table(reading: Connection, writing: Connection, table: Table) -> TableDigest:
    """Copy the rows of a table; return their digest as they were read."""
    digest = TableDigest()
    for batch in _rows(reading, table):
        digest.add(batch)
        writing.execute(insert(table), batch)
    return digest


def _digest(connection: Connection, table: Table) -> TableDigest:
    digest = TableDigest()
    for batch in _rows(connection, table):
        digest.add(batch)
    return digest


def _compare(before: TableDigest, after: TableDigest, name: str) -> None:
    """Raise StoreError when the copy is not what was read."""
    if after.rows != before.rows:
        raise StoreError(
            f"{name} has {after.rows:,} rows after the copy instead of {before.rows:,}: nothing"
            " was stored"
        )
    if after != before:
        raise StoreError(
            f"{name} has other values after the copy than before (the digests of its rows differ):"
            " nothing was stored"
        )


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows of a table, in batches."""
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execution_options(yield_per=_BATCH).execute(query)
    return _batches(row._mapping for row in rows)


def _batches(rows: Iterator[RowMapping]) -> Iterator[list[dict[str, Any]]]:
    while batch := [dict(row) for row in islice(rows, _BATCH)]:
        yield batch


def _last_number(connection: Connection, table: Table) -> int:
    """The highest number that was ever given; also one whose row was deleted is not given again."""
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(connection.scalar(query, {"name": table.name}) or 0)
    sequence = _sequence(connection, table)  # a name that PostgreSQL itself gives and quotes
    value, is_called = column("last_value", BigInteger), column("is_called", Boolean)
    last = select(value, is_called).select_from(text(sequence))
    row = connection.execute(last).one()
    return int(row.last_value) if row.is_called else 0


def _set_last_number(connection: Connection, table: Table, number: int) -> None:
    """Number the next row after this one."""
    if not number:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.setval(_sequence(connection, table), number)))
        return
    values = {"name": table.name, "number": number}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
    connection.execute(
        text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values
    )


def _sequence(connection: Connection, table: Table) -> str:
    (column,) = table.primary_key.columns
    return str(connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name))))


def _index_anew(writing: Connection) -> None:
    """Let the background task index the words of all articles."""
    highest = writing.scalar(select(func.max(article_numbers.c.number))) or 0
    writing.execute(search_indexes.update().values(indexed_from=int(highest) + 1))


def _continue_event_log(reading: Connection, writing: Connection) -> None:
    """Go on under the name of the source, with what was pruned there."""
    log = reading.execute(select(event_logs)).one()
    writing.execute(event_logs.update().values(log._asdict()))


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in _COPIED
    }
