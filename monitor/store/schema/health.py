"""The tables of hourly poll counts and heartbeats, and of open faults of the service.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlmodel import Field

from monitor.store.database.columns import SafeText, UtcDateTime, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import SENTENCE_LENGTH


class HourRow(TableRow, table=True):
    """Polls, heartbeats and what was pruned in one hour, all feeds together: 9,000 rows a year.

    One row for each feed and day would be a thousand times as many, and add nothing to what the
    tables of feeds and articles hold.
    """

    __tablename__ = "hours"

    begins_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    polls: int
    failed: int
    beats: int  # minutes in which a service reported that it runs
    beat_at: datetime | None = Field(sa_type=UtcDateTime)  # the last report
    pruned_texts: int
    pruned_articles: int


class ConditionRow(TableRow, table=True):
    """A fault of the service itself that was reported to the operator and has not ended."""

    __tablename__ = "conditions"

    name: str = Field(sa_type=key_type(), primary_key=True)
    sentence: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    since: datetime = Field(sa_type=UtcDateTime)
