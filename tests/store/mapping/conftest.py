"""A row as the database returns it: written to a table of SQLite or PostgreSQL, and read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, insert, select

from monitor.store.mapping.column_text import Values

ReadBack = Callable[[Table, Values], Row[Any]]


@pytest.fixture
def read_back(connection: Connection) -> ReadBack:
    """`read_back(table, values)` inserts the only row of a table and returns it."""

    def inserted(table: Table, values: Values) -> Row[Any]:
        connection.execute(insert(table).values(values))
        return connection.execute(select(table)).one()

    return inserted
