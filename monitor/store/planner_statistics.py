"""Planner statistics of PostgreSQL: tables that grew much are analysed without waiting.

Autovacuum analyses them as well, but looks once a minute.  Until then a database that was just
filled is planned as an empty one: searches read whole tables, and end as too slow.  SQLite plans
without statistics.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, text

from monitor.store.database.transactions import Database
from monitor.store.schema.tables import metadata

# Changed rows that make statistics outdated: so many, and this share of the rows that they
# describe.  A table that doubles again and again is analysed at each half.
_LEAST_CHANGES, _SHARE = 1_000, 0.5

_TABLES = (*metadata.tables, "article_words")
_OUTDATED = text(
    "SELECT grown.relname FROM pg_stat_user_tables AS grown"
    " JOIN pg_class AS described ON described.oid = grown.relid"
    " WHERE grown.schemaname = current_schema() AND grown.relname IN :tables"
    " AND grown.n_mod_since_analyze > greatest(:least, :share * described.reltuples)"
    " ORDER BY grown.relname"
).bindparams(bindparam("tables", _TABLES, expanding=True), least=_LEAST_CHANGES, share=_SHARE)


def outdated_tables(database: Database) -> list[str]:
    """The tables of which many rows changed since they were analysed; none of SQLite."""
    if database.is_sqlite:
        return []
    return database.read(lambda connection: list(connection.scalars(_OUTDATED)))


def analyse_outdated(database: Database) -> list[str]:
    """Analyse these tables; return their names."""
    outdated = outdated_tables(database)
    if outdated:
        _analyse(database, outdated)
    return outdated


def analyse_all(database: Database) -> None:
    """Analyse every table, after a copy: the counts of changes come some seconds later."""
    if not database.is_sqlite:
        _analyse(database, _TABLES)


def _analyse(database: Database, tables: Sequence[str]) -> None:
    """Analyse them without a lock that anybody waits for; what autovacuum has just now is left."""
    statement = text(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
    database.write(lambda connection: connection.execute(statement))
