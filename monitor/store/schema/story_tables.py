"""The tables of stories, their articles and events, the figures that articles state, and spikes.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Double, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from monitor.domain.stories import Standing, StoryEventKind
from monitor.store.database.columns import (
    EnumText,
    SafeText,
    UtcDateTime,
    json_type,
    key_type,
)
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import OPEN_WINDOW, SENTENCE_LENGTH, TITLE_LENGTH
from monitor.stories.volume_spikes import SpikeSubject


class StoryRow(TableRow, table=True):
    """A story.  One that was merged is kept: its key leads to the other for good."""

    __tablename__ = "stories"
    __table_args__ = (
        # people and programs name a story by its key, everything here by its number
        UniqueConstraint("key", name="uq_stories_key"),
        # lists, the newest first
        Index("ix_stories_last_at", "last_at", "number"),
    )

    number: int = Field(
        sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    key: str = Field(sa_type=key_type())
    title: str = Field(sa_type=SafeText(TITLE_LENGTH))
    renamed_by: str | None = Field(sa_type=SafeText(200))
    language: str | None = Field(sa_type=SafeText(64))
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    articles: int
    merged_into: int | None = Field(sa_type=BigInteger)


class StoryArticleRow(TableRow, table=True):
    """An article in its story, and what the grouping needs of it while it is open."""

    __tablename__ = "story_articles"
    __table_args__ = (
        # a deleted article is in no story
        ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_story_articles_key", ondelete="CASCADE"
        ),
        # the articles of a story, the newest first
        Index("ix_story_articles_story", "story", "at", "article_key"),
        # is a copy of this one grouped already?
        Index("ix_story_articles_copy_key", "copy_key"),
        # copies go where their original goes
        Index("ix_story_articles_copy_of", "copy_of"),
        # articles are restored in the order of their arrival
        UniqueConstraint("arrival", name="uq_story_articles_arrival"),
        # the open window: the articles whose words are still known
        Index(
            "ix_story_articles_window",
            "at",
            sqlite_where=OPEN_WINDOW,
            postgresql_where=OPEN_WINDOW,
        ),
    )

    article_key: str = Field(sa_type=key_type(), primary_key=True)
    arrival: int = Field(sa_type=BigInteger)
    story: int = Field(sa_type=BigInteger)
    copy_key: str = Field(sa_type=key_type())
    copy_of: str | None = Field(sa_type=key_type())
    origin: str = Field(sa_type=SafeText(100))
    at: datetime = Field(sa_type=UtcDateTime)
    pinned: bool
    words: dict[str, Any] | None = Field(sa_type=json_type())
    links: dict[str, Any] | None = Field(sa_type=json_type())
    why: dict[str, Any] = Field(sa_type=json_type())
    statements: list[Any] | None = Field(sa_type=json_type())
    standing: Standing = Field(sa_type=EnumText(Standing))
    window_at: datetime | None = Field(sa_type=UtcDateTime)


class StoryEventRow(TableRow, table=True):
    """A change of a story."""

    __tablename__ = "story_events"
    __table_args__ = (
        # the history of a story, and of those that it took articles from
        Index("ix_story_events_story", "story", "at"),
        Index("ix_story_events_other", "other", "at"),
        # changes of all stories, in order
        Index("ix_story_events_at", "at", "key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    story: int = Field(sa_type=BigInteger)
    kind: StoryEventKind = Field(sa_type=EnumText(StoryEventKind))
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(sa_type=SafeText(200))
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    other: int | None = Field(sa_type=BigInteger)
    articles: list[str] = Field(sa_type=json_type())
    pinned_before: list[str] = Field(sa_type=json_type())
    undone: bool


class StoryHeadRow(TableRow, table=True):
    """The digest of all changes of stories until now: one row, which also serves as their lock."""

    __tablename__ = "story_heads"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str = Field(sa_type=key_type())


class FigureRow(TableRow, table=True):
    """A figure that an article states, corrected where a person corrected it."""

    __tablename__ = "figures"
    __table_args__ = (
        # a deleted article states nothing
        ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_figures_article_key", ondelete="CASCADE"
        ),
        # the ledger, the newest first, of one kind and of all
        Index("ix_figures_kind_at", "kind", "at"),
        Index("ix_figures_at", "at", "article_key", "position"),
    )

    article_key: str = Field(sa_type=key_type(), primary_key=True)
    position: int = Field(primary_key=True)
    kind: str = Field(sa_type=SafeText(64))
    value_min: float | None = Field(sa_type=Double)
    value_max: float | None = Field(sa_type=Double)
    approx: bool
    claimant: str | None = Field(sa_type=SafeText(SENTENCE_LENGTH))
    party: str | None = Field(sa_type=SafeText(64))
    through: str | None = Field(sa_type=SafeText(SENTENCE_LENGTH))
    at: datetime = Field(sa_type=UtcDateTime)
    quote: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    sentence: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    removed: bool


class FigureCorrectionRow(TableRow, table=True):
    """What a person changed of a figure."""

    __tablename__ = "figure_corrections"
    __table_args__ = (
        # goes with its figure
        ForeignKeyConstraint(
            ["article_key", "position"],
            ["figures.article_key", "figures.position"],
            name="fk_figure_corrections_figure",
            ondelete="CASCADE",
        ),
    )

    article_key: str = Field(sa_type=key_type(), primary_key=True)
    position: int = Field(primary_key=True)
    number: int = Field(primary_key=True)  # of the corrections of this figure, from 1
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(sa_type=SafeText(200))
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    before: dict[str, Any] = Field(sa_type=json_type())
    after: dict[str, Any] = Field(sa_type=json_type())


class SpikeRow(TableRow, table=True):
    """A time in which a theme or a story was reported far more than usual; reported once."""

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
