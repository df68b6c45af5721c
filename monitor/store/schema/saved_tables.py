"""The table of saved searches.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field

from monitor.store.database.columns import SafeText, UtcDateTime, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import QUESTION_LENGTH


class SavedSearchRow(TableRow, table=True):
    """A question with a name; the key is made from the folded name, so it is unique."""

    __tablename__ = "saved_searches"

    key: str = Field(sa_type=key_type(), primary_key=True)
    name: str = Field(sa_type=String(300))
    question: str = Field(sa_type=String(QUESTION_LENGTH))
    zone: str = Field(sa_type=String(64))
    saved_by: str = Field(sa_type=SafeText(300))
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    renewals: int
