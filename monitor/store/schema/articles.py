"""The tables of articles, their fingerprints, their marks and their numbers in the search.

The index of words, `article_words`, is an FTS5 table of SQLite or a `tsvector` table of PostgreSQL;
SQLAlchemy describes neither, so only the migration names its columns.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    false,
)
from sqlmodel import Field

from monitor.domain.articles import DecisionReason
from monitor.store.database.columns import (
    EnumText,
    SafeText,
    UtcDateTime,
    json_type,
    key_type,
)
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import (
    HAS_THEMES,
    IS_NEAR,
    NEAR_LINE,
    RELEVANT,
    REMEMBERED,
    REMEMBERED_BESIDE,
    REVIEW,
    SENTENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    WAITS,
)

MARKER_LENGTH = 200  # of the name of who marked
TOPIC_LENGTH = 200


class ArticleRow(TableRow, table=True):
    """A stored entry and its decision.  It outlives its feed."""

    __tablename__ = "articles"
    __table_args__ = (
        # NaN or infinity would make every later list fail
        CheckConstraint("score >= 0 AND score <= 1", name="ck_articles_score"),
        CheckConstraint("pack_score >= 0 AND pack_score <= 1", name="ck_articles_pack_score"),
        # all the sources of one article
        Index("ix_articles_copy_key", "copy_key"),
        # is this page stored already, under any guid?
        Index("ix_articles_alias", "alias"),
        # is this story stored already, under another name?
        Index("ix_articles_wording", "wording"),
        # one feed's articles, newest first; its publishing rate
        Index("ix_articles_feed_key_seen_at", "feed_key", "seen_at"),
        # lists, newest first, and replays, oldest first; the key orders equal instants
        Index("ix_articles_seen_at", "seen_at", "key"),
        # the same for relevant articles: a few per cent, so this index is small
        Index(
            "ix_articles_relevant",
            "seen_at",
            "key",
            sqlite_where=RELEVANT,
            postgresql_where=RELEVANT,
        ),
        # the same for articles within five points of the line: fewer still
        Index(
            "ix_articles_near_line",
            "seen_at",
            "key",
            sqlite_where=NEAR_LINE,
            postgresql_where=NEAR_LINE,
        ),
        # the same for articles that wait for review: about one a day
        Index(
            "ix_articles_review",
            "seen_at",
            "key",
            sqlite_where=REVIEW,
            postgresql_where=REVIEW,
        ),
        # the memory of the topic: the articles of the last days that pass the gate
        Index(
            "ix_articles_remembered",
            "seen_at",
            sqlite_where=REMEMBERED,
            postgresql_where=REMEMBERED,
        ),
        # the same for topics that the article is not led by: none with one topic
        Index(
            "ix_articles_remembered_beside",
            "seen_at",
            sqlite_where=REMEMBERED_BESIDE,
            postgresql_where=REMEMBERED_BESIDE,
        ),
        # counts of scores and of what was read in a span, without the rows: texts are long
        Index("ix_articles_scores", "seen_at", "score", "reason", "relevant", "backlog"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    copy_key: str = Field(sa_type=key_type())
    feed_key: str = Field(sa_type=key_type())
    seen_at: datetime = Field(sa_type=UtcDateTime)
    backlog: bool
    title: str = Field(sa_type=SafeText(TITLE_LENGTH))
    text: str = Field(sa_type=SafeText(TEXT_LENGTH))
    url: str | None = Field(sa_type=SafeText(4_000))
    guid: str | None = Field(sa_type=SafeText(4_000))
    author: str | None = Field(sa_type=SafeText(SENTENCE_LENGTH))
    language: str | None = Field(sa_type=SafeText(64))
    published_at: datetime | None = Field(sa_type=UtcDateTime)
    tags: list[str] = Field(sa_type=json_type())
    relevant: bool
    reason: DecisionReason = Field(sa_type=EnumText(DecisionReason))
    score: float = Field(sa_type=Double)
    threshold: float = Field(sa_type=Double)
    themes: dict[str, float] = Field(sa_type=json_type())
    labels: list[str] = Field(sa_type=json_type())
    terms: list[Any] = Field(sa_type=json_type())
    rules: list[Any] = Field(sa_type=json_type())
    pack: str = Field(sa_type=SafeText(200))
    config: str = Field(sa_type=SafeText(64))
    pack_score: float = Field(sa_type=Double)
    alias: str = Field(sa_type=key_type())
    wording: str = Field(sa_type=key_type(16))
    edits: int
    edited_at: datetime | None = Field(sa_type=UtcDateTime)
    own_text: str | None = Field(
        sa_type=SafeText(TEXT_LENGTH)
    )  # the feed's text, when `text` is that of the page
    page: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    text_pruned_at: datetime | None = Field(sa_type=UtcDateTime)
    review_threshold: float | None = Field(sa_type=Double)
    confirmed_by: str | None = Field(sa_type=SafeText(MARKER_LENGTH))
    own_score: float | None = Field(sa_type=Double)  # of the pack alone, when it passes the gate
    similar: dict[str, Any] | None = Field(sa_type=json_type())  # what moved that score
    topics: list[str] | None = Field(sa_type=json_type())  # that it is relevant for; null: none
    other_decisions: list[Any] | None = Field(sa_type=json_type())  # on further topics; null: none
    # one of the further decisions passes the gate of its topic
    opens_other_gate: bool = Field(sa_column_kwargs={"server_default": false()})


class PrintRow(TableRow, table=True):
    """Fingerprints by which near-duplicates of an article are found, for some days.

    The primary key is the whole row: WITHOUT ROWID halves the size.  `era` increases with time,
    so that expired rows lie at one end.
    """

    __tablename__ = "prints"
    __table_args__ = ({"sqlite_with_rowid": False},)

    era: int = Field(primary_key=True)
    print: int = Field(sa_type=BigInteger, primary_key=True)
    article_key: str = Field(sa_type=key_type(), primary_key=True)


class MarkRow(TableRow, table=True):
    """A person's judgement of an article on a topic; each person has one at most."""

    __tablename__ = "marks"
    __table_args__ = (
        # a mark needs the text it is about: marked articles can't be deleted
        ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_marks_article_key"),
    )

    article_key: str = Field(sa_type=key_type(), primary_key=True)
    relevant: bool
    themes: list[str] = Field(sa_type=json_type())
    marked_at: datetime = Field(sa_type=UtcDateTime)
    marked_by: str = Field(sa_type=SafeText(MARKER_LENGTH), primary_key=True)
    note: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    topic: str = Field(
        sa_type=SafeText(TOPIC_LENGTH), primary_key=True, sa_column_kwargs={"server_default": ""}
    )


class MarkChangeRow(TableRow, table=True):
    """A change of a mark: rows are added, never changed."""

    __tablename__ = "mark_changes"
    __table_args__ = (
        # the history of an article's marks
        Index("ix_mark_changes_article_key", "article_key"),
        # the last acts of a person, to undo one
        Index("ix_mark_changes_marked_by", "marked_by", "number"),
        # whether an act was undone
        Index("ix_mark_changes_undoes", "undoes"),
        {"sqlite_autoincrement": True},
    )

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    act: str = Field(sa_type=key_type())
    article_key: str = Field(sa_type=key_type())
    marked_by: str = Field(sa_type=SafeText(MARKER_LENGTH))
    at: datetime = Field(sa_type=UtcDateTime)
    before: dict[str, Any] | None = Field(sa_type=json_type())
    after: dict[str, Any] | None = Field(sa_type=json_type())
    undoes: str = Field(sa_type=key_type())
    topic: str = Field(sa_type=SafeText(TOPIC_LENGTH), sa_column_kwargs={"server_default": ""})


class ArticleNumberRow(TableRow, table=True):
    """The number of an article: ascending in the order of commits, never used again.

    What the queues are narrowed by stands beside it, as in `articles`: an index of numbers can't
    name a column of another table.
    """

    __tablename__ = "article_numbers"
    __table_args__ = (
        # an article has one number
        UniqueConstraint("key", name="uq_article_numbers_key"),
        # a deleted article is not found any more
        ForeignKeyConstraint(
            ["key"], ["articles.key"], name="fk_article_numbers_key", ondelete="CASCADE"
        ),
        # the queue of flagged articles in the order of the search: one article in twenty
        Index(
            "ix_article_numbers_relevant",
            "number",
            sqlite_where=RELEVANT,
            postgresql_where=RELEVANT,
        ),
        # those within five points of the line: fewer still
        Index(
            "ix_article_numbers_near_line",
            "number",
            sqlite_where=IS_NEAR,
            postgresql_where=IS_NEAR,
        ),
        # those that wait for review
        Index(
            "ix_article_numbers_in_review",
            "number",
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        ),
        # those that count for a theme, with the themes: a search by theme reads no others
        Index(
            "ix_article_numbers_themes",
            "number",
            "themes",
            sqlite_where=HAS_THEMES,
            postgresql_where=HAS_THEMES,
        ),
        {"sqlite_autoincrement": True},
    )

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    key: str = Field(sa_type=key_type())
    # The defaults are those of the migration: to remove one, SQLite would copy the table, and
    # forget which numbers were used.
    relevant: bool = Field(sa_column_kwargs={"server_default": false()})
    # the score is within five points of the threshold
    near_line: bool = Field(sa_column_kwargs={"server_default": false()})
    in_review: bool = Field(sa_column_kwargs={"server_default": false()})
    # for which the decisions on all topics count, in the order of slugs; null: for none
    themes: list[str] | None = Field(sa_type=json_type())


class SearchIndexRow(TableRow, table=True):
    """The state of the index: one row."""

    __tablename__ = "search_indexes"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    tokeniser: int  # the version that made its tokens
    # articles with this number or a higher one are indexed
    indexed_from: int = Field(sa_type=BigInteger)
