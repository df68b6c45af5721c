"""Which row is meant?  A whole key, or enough of its beginning."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, or_, select

from monitor.domain.errors import ConfigError
from monitor.store.database.columns import is_storable

# Of a key's beginning: fewer digits would be guesses.
SHORTEST = 6


def find_row(
    connection: Connection, table: Table, named: str, *also: ColumnElement[bool]
) -> Row[Any] | None:
    """The row whose key is `named` or for which one of `also` holds, else the one begun by it.

    Raise ConfigError when several begin so.
    """
    if not named or not is_storable(named):
        return None
    column = table.c.key
    row = connection.execute(select(table).where(or_(column == named, *also))).first()
    if row is not None or len(named) < SHORTEST or not named.isascii():
        return row
    after = named[:-1] + chr(ord(named[-1]) + 1)
    begun = and_(column >= named, column < after)
    rows = connection.execute(select(table).where(begun).order_by(column).limit(2)).all()
    if len(rows) > 1:
        raise ConfigError(
            f"{named!r} is how several {table.name} begin, {rows[0].key} and {rows[1].key} among "
            "them: give more of the key"
        )
    return rows[0] if rows else None
