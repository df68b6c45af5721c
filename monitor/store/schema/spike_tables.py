"""The table of spikes: each was reported once, when it began.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import Double, Index
from sqlmodel import Field

from monitor.store.database.columns import EnumText, SafeText, UtcDateTime, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import TITLE_LENGTH
from monitor.stories.volume_spikes import SpikeSubject


class SpikeRow(TableRow, table=True):
    """A time in which a theme or a story was reported far more than usual."""

    __tablename__ = "spikes"
    __table_args__ = (
        # the last spike of a theme or a story
        Index("ix_spikes_name", "subject", "name", "began_at"),
        # lists, the newest first
        Index("ix_spikes_began_at", "began_at", "key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    subject: SpikeSubject = Field(sa_type=EnumText(SpikeSubject))
    name: str = Field(sa_type=SafeText(200))
    title: str = Field(sa_type=SafeText(TITLE_LENGTH))
    began_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    volume: int
    peak: int
    usual_median: float = Field(sa_type=Double)
    usual_low: float = Field(sa_type=Double)
    usual_high: float = Field(sa_type=Double)
    windows: int
