"""The tables of the event log: events by number, and how far they were pruned.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field

from monitor.domain.events.event_types import EventType
from monitor.store.database.columns import EnumText, UtcDateTime, json_type, key_type
from monitor.store.database.declared_row import TableRow


class EventRow(TableRow, table=True):
    """An event; its number ascends in the order of commits and is never used again."""

    __tablename__ = "events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    type: EventType = Field(sa_type=EnumText(EventType, 32))
    at: datetime = Field(sa_type=UtcDateTime)
    data: dict[str, Any] = Field(sa_type=json_type())  # empty: its subscription was erased


class EventLogRow(TableRow, table=True):
    """The identity of this log, and what was pruned from its beginning: one row."""

    __tablename__ = "event_logs"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    # a part of each position: the numbers of another database mean something else
    name: str = Field(sa_type=key_type(16))
    pruned_through: int = Field(sa_type=BigInteger)  # the last number that was pruned; 0: none
    pruned_at: datetime | None = Field(sa_type=UtcDateTime)  # when that event happened
