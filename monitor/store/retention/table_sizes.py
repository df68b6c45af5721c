"""Sizes of the database's tables, with their indexes, as the database itself counts them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import metadata

# `dbstat` is part of most builds of SQLite.  https://www.sqlite.org/dbstat.html
_SQLITE = text(
    "SELECT m.tbl_name AS name, sum(s.pgsize) AS bytes FROM dbstat s"
    " JOIN sqlite_schema m ON m.name = s.name WHERE s.aggregate = 1 GROUP BY m.tbl_name"
)
_POSTGRESQL = text(
    "SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes FROM pg_class c"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
)
_INDEX_OF_WORDS = "article_words"  # SQLite keeps it in tables named `article_words_…`


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """How large a table is."""

    table: str
    rows: int | None  # None: the index of words, which has no rows of its own
    size_bytes: int | None  # with its indexes; None: this build of SQLite does not say


def table_sizes(database: Database) -> list[TableSize]:
    """Every table, the largest first; reads the whole database."""
    return database.read(lambda connection: _sizes(database, connection))


def _sizes(database: Database, connection: Connection) -> list[TableSize]:
    sizes = _bytes_by_table(database, connection)
    tables = [
        TableSize(
            table=name,
            rows=connection.scalar(select(func.count()).select_from(table)),
            size_bytes=sizes.get(name) if sizes else None,
        )
        for name, table in metadata.tables.items()
    ]
    if sizes:
        size = sizes.get(_INDEX_OF_WORDS, 0)
        tables.append(TableSize(table=_INDEX_OF_WORDS, rows=None, size_bytes=size))
    return sorted(tables, key=lambda size: (-(size.size_bytes or 0), -(size.rows or 0), size.table))


def _bytes_by_table(database: Database, connection: Connection) -> dict[str, int]:
    """Empty where SQLite was built without `dbstat`."""
    try:
        rows = connection.execute(_SQLITE if database.is_sqlite else _POSTGRESQL).all()
    except DatabaseError:
        return {}
    sizes: dict[str, int] = {}
    for row in rows:
        name = _INDEX_OF_WORDS if row.name.startswith(_INDEX_OF_WORDS) else row.name
        sizes[name] = sizes.get(name, 0) + int(row.bytes)
    return sizes
