"""The table of pack trainings.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from monitor.store.database.columns import EnumText, SafeText, UtcDateTime, json_type, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.database.stored_states import TrainingState
from monitor.store.schema.base import RUNNING, SENTENCE_LENGTH

TOPIC_LENGTH, PACK_LENGTH, NAME_LENGTH = 300, 300, 300


class PackTrainingRow(TableRow, table=True):
    """A training of a candidate: who asked for it, how far it is, and what came of it."""

    __tablename__ = "pack_trainings"
    __table_args__ = (
        # one at a time for each topic, whatever process or command trains
        Index(
            "uq_pack_trainings_running",
            "topic",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        # the newest of a topic
        Index("ix_pack_trainings_topic", "topic", "started_at"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    topic: str = Field(sa_type=SafeText(TOPIC_LENGTH))
    started_at: datetime = Field(sa_type=UtcDateTime)
    started_by: str = Field(sa_type=SafeText(NAME_LENGTH))
    state: TrainingState = Field(sa_type=EnumText(TrainingState))
    step: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    beat_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    fault: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    marks: int
    current_pack: str = Field(sa_type=SafeText(PACK_LENGTH))
    candidate_pack: str = Field(sa_type=SafeText(PACK_LENGTH))
    report: dict[str, Any] | None = Field(sa_type=json_type())
