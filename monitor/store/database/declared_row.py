"""The base class of declared tables (SQLModel); queries use tables that are built without it."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from monitor.store.database.table_file import NAMING


class TableRow(SQLModel):
    """The base of all tables; rows never leave the store."""

    metadata = MetaData(naming_convention=NAMING)
