"""The tables of whether anybody watches, and of what is not as it should be.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlmodel import Field

from monitor.store.database.columns import SafeText, UtcDateTime, key_type
from monitor.store.schema.base import SENTENCE_LENGTH, TableRow


class HourRow(TableRow, table=True):
    """What one hour of watching came to, all feeds together: 9,000 rows a year, however many feeds.

    A row for each feed and day would be a thousand times as many, and tell nothing that the feeds
    and the articles do not tell.
    """

    __tablename__ = "hours"

    begins_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    polls: int
    failed: int
    beats: int  # minutes in which a service said that it runs
    beat_at: datetime | None = Field(sa_type=UtcDateTime)  # when one said so last


class ConditionRow(TableRow, table=True):
    """Something about the service itself that the operator was told of, and that is not over."""

    __tablename__ = "conditions"

    name: str = Field(sa_type=key_type(), primary_key=True)
    sentence: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    since: datetime = Field(sa_type=UtcDateTime)
