"""The tables of the second reader: its readings of articles, and its trials.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer
from sqlmodel import Field

from monitor.store.database.columns import SafeText, UtcDateTime, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import SENTENCE_LENGTH

MODEL_LENGTH = 200


class SecondReadingRow(TableRow, table=True):
    """One answer of the second reader, or why there is none: rows are added, never changed."""

    __tablename__ = "second_readings"
    __table_args__ = (
        # a deleted article takes its readings along
        ForeignKeyConstraint(
            ["article_key"],
            ["articles.key"],
            name="fk_second_readings_article_key",
            ondelete="CASCADE",
        ),
        # the readings of an article
        Index("ix_second_readings_article_key", "article_key"),
        # the answer to the same text
        Index("ix_second_readings_text_digest", "text_digest"),
        # the questions of a day, for the budget
        Index("ix_second_readings_at", "at"),
        {"sqlite_autoincrement": True},
    )

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    article_key: str = Field(sa_type=key_type())
    at: datetime = Field(sa_type=UtcDateTime)
    relevant: bool | None  # NULL: no usable answer
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    fault: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    model: str = Field(sa_type=SafeText(MODEL_LENGTH))
    prompt: str = Field(sa_type=key_type())
    text_digest: str = Field(sa_type=key_type())
    reused: bool
    topic: str = Field(sa_type=SafeText(200), sa_column_kwargs={"server_default": ""})


class ReaderTrialRow(TableRow, table=True):
    """How often a model was right on labelled lines."""

    __tablename__ = "reader_trials"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    at: datetime = Field(sa_type=UtcDateTime)
    model: str = Field(sa_type=SafeText(MODEL_LENGTH))
    prompt: str = Field(sa_type=key_type())
    asked: int
    correct: int
