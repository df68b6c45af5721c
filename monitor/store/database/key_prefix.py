"""Find a row by its key or a unique prefix of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from monitor.domain.errors import ConfigError
from monitor.domain.keys import SHORTEST_BEGINNING
from monitor.store.database.columns import is_storable


def find_row(
    connection: Connection, table: Table, name: str, *also: ColumnElement[bool]
) -> Row[Any] | None:
    """The row whose key is `name` or that meets one of `also`, else the one whose key begins so.

    Raise ConfigError when several keys begin so.
    """
    if not name or not is_storable(name):
        return None
    column = table.c.key
    row = connection.execute(select(table).where(or_(column == name, *also))).first()
    if row is not None or len(name) < SHORTEST_BEGINNING or not name.isascii():
        return row
    after = name[:-1] + chr(ord(name[-1]) + 1)
    has_prefix = and_(column >= name, column < after)
    rows = connection.execute(select(table).where(has_prefix).order_by(column).limit(2)).all()
    if len(rows) > 1:
        raise ConfigError(
            f"{name!r} is the beginning of several {table.name}, such as {rows[0].key} and "
            f"{rows[1].key}: give more of the key"
        )
    return rows[0] if rows else None
