"""The tables; each constraint and index says why it is there.

A change here needs a migration: `tests/store/test_schema.py` tells when it was forgotten.
No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    literal_column,
)
from sqlmodel import Field

from monitor.domain.articles import DecisionReason
from monitor.domain.feeds import FeedState
from monitor.polling.websub import LeaseState
from monitor.store import health_tables, telling_tables
from monitor.store.columns import Microseconds, Plain, UtcDateTime, Word, json_type, key_type
from monitor.store.table_row import (
    RELEVANT,
    SENTENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
    TableRow,
)


class FeedRow(TableRow, table=True):
    """A feed, its poll state, and who is asking it right now."""

    __tablename__ = "feeds"
    __table_args__ = (
        # one source is asked once, however often it is imported
        UniqueConstraint("url", name="uq_feeds_url"),
        # "what is due?" is asked every few seconds
        Index("ix_feeds_due_at", "due_at"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    url: str = Field(sa_type=String(URL_LENGTH))
    title: str = Field(sa_type=Plain(TITLE_LENGTH))
    language: str | None = Field(sa_type=Plain(64))
    every_us: timedelta | None = Field(sa_type=Microseconds)
    tags: list[str] = Field(sa_type=json_type())
    note: str = Field(sa_type=Plain(SENTENCE_LENGTH))
    paused: bool
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: FeedState = Field(sa_type=Word(FeedState))
    etag: str | None = Field(sa_type=String(SENTENCE_LENGTH))
    last_modified: str | None = Field(sa_type=String(SENTENCE_LENGTH))
    body_digest: str | None = Field(sa_type=key_type(128))
    failures: int
    first_ok_at: datetime | None = Field(sa_type=UtcDateTime)
    last_ok_at: datetime | None = Field(sa_type=UtcDateTime)
    last_error: str | None = Field(sa_type=Plain(SENTENCE_LENGTH))
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    lease_token: str | None = Field(sa_type=key_type())
    former_urls: list[str] = Field(sa_type=json_type())
    due_why: str = Field(sa_type=Plain(SENTENCE_LENGTH))
    asked_at: datetime | None = Field(sa_type=UtcDateTime)
    gap_us: timedelta | None = Field(sa_type=Microseconds)
    wishes: dict[str, Any] = Field(sa_type=json_type())
    move: dict[str, Any] = Field(sa_type=json_type())  # empty: none
    pushed_until: datetime | None = Field(sa_type=UtcDateTime)
    since: datetime | None = Field(sa_type=UtcDateTime)
    newest_at: datetime | None = Field(sa_type=UtcDateTime)
    habit: list[list[int]] = Field(sa_type=json_type())
    told_state: FeedState = Field(sa_type=Word(FeedState))  # what the operator knows; OK: is well
    told_at: datetime | None = Field(sa_type=UtcDateTime)
    told_times: int  # lately: one that flaps is waited for longer
    fulltext: bool


class FeedMemoryRow(TableRow, table=True):
    """What the reading of a feed's next document needs of those before, whatever that is.

    A table of its own: who lists feeds has no use for it.
    """

    __tablename__ = "feed_memories"
    __table_args__ = (
        # a feed that is added again is read anew
        ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_feed_memories_feed_key", ondelete="CASCADE"
        ),
    )

    feed_key: str = Field(sa_type=key_type(), primary_key=True)
    memory: bytes = Field(sa_type=LargeBinary)


class ArticleRow(TableRow, table=True):
    """An entry we kept, and what was decided about it.  It outlives its feed."""

    __tablename__ = "articles"
    __table_args__ = (
        # NaN and infinity would poison every later list
        CheckConstraint("score >= 0 AND score <= 1", name="ck_articles_score"),
        CheckConstraint("pack_score >= 0 AND pack_score <= 1", name="ck_articles_pack_score"),
        # all the sources of one article
        Index("ix_articles_copy_key", "copy_key"),
        # "do we have this page already, under whatever guid?"
        Index("ix_articles_alias", "alias"),
        # one feed's articles, newest first; how often it publishes
        Index("ix_articles_feed_key_seen_at", "feed_key", "seen_at"),
        # lists, newest first, and replays, oldest first; the key settles equal instants
        Index("ix_articles_seen_at", "seen_at", "key"),
        # the same for what matters: a few in a hundred, so this index is small
        Index(
            "ix_articles_relevant",
            "seen_at",
            "key",
            sqlite_where=RELEVANT,
            postgresql_where=RELEVANT,
        ),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    copy_key: str = Field(sa_type=key_type())
    feed_key: str = Field(sa_type=key_type())
    seen_at: datetime = Field(sa_type=UtcDateTime)
    backlog: bool
    title: str = Field(sa_type=Plain(TITLE_LENGTH))
    text: str = Field(sa_type=Plain(TEXT_LENGTH))
    url: str | None = Field(sa_type=Plain(4_000))
    guid: str | None = Field(sa_type=Plain(4_000))
    author: str | None = Field(sa_type=Plain(SENTENCE_LENGTH))
    language: str | None = Field(sa_type=Plain(64))
    published_at: datetime | None = Field(sa_type=UtcDateTime)
    tags: list[str] = Field(sa_type=json_type())
    relevant: bool
    reason: DecisionReason = Field(sa_type=Word(DecisionReason))
    score: float = Field(sa_type=Double)
    threshold: float = Field(sa_type=Double)
    themes: dict[str, float] = Field(sa_type=json_type())
    labels: list[str] = Field(sa_type=json_type())
    terms: list[Any] = Field(sa_type=json_type())
    rules: list[Any] = Field(sa_type=json_type())
    pack: str = Field(sa_type=Plain(200))
    config: str = Field(sa_type=Plain(64))
    pack_score: float = Field(sa_type=Double)
    alias: str = Field(sa_type=key_type())
    wording: str = Field(sa_type=key_type(16))
    edits: int
    edited_at: datetime | None = Field(sa_type=UtcDateTime)
    own_text: str | None = Field(sa_type=Plain(TEXT_LENGTH))  # where the text has its page's in it
    page: str = Field(sa_type=Plain(SENTENCE_LENGTH))


class PrintRow(TableRow, table=True):
    """By what the copies of an article are found, for some days.

    The key is the row: without a second tree a print costs half.  Eras follow each other, so that
    what is over is at one end.
    """

    __tablename__ = "prints"
    __table_args__ = ({"sqlite_with_rowid": False},)

    era: int = Field(primary_key=True)
    print: int = Field(sa_type=BigInteger, primary_key=True)
    article_key: str = Field(sa_type=key_type(), primary_key=True)


class MarkRow(TableRow, table=True):
    """What a person said of an article."""

    __tablename__ = "marks"
    __table_args__ = (
        # a mark is worth nothing without the text it is about: marked articles are kept
        ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_marks_article_key"),
    )

    article_key: str = Field(sa_type=key_type(), primary_key=True)
    relevant: bool
    themes: list[str] = Field(sa_type=json_type())
    marked_at: datetime = Field(sa_type=UtcDateTime)
    marked_by: str = Field(sa_type=Plain(200))


class SecretRow(TableRow, table=True):
    """A secret of this installation: made once, never changed."""

    __tablename__ = "secrets"

    name: str = Field(sa_type=String(64), primary_key=True)
    value: str = Field(sa_type=String(500))


class FeedLinkRow(TableRow, table=True):
    """How often the address of a subscription's feed was renewed; no row: never."""

    __tablename__ = "feed_links"
    __table_args__ = (
        # a subscription that is made again has new addresses anyway
        ForeignKeyConstraint(
            ["subscription_key"],
            ["subscriptions.key"],
            name="fk_feed_links_subscription_key",
            ondelete="CASCADE",
        ),
    )

    subscription_key: str = Field(sa_type=key_type(), primary_key=True)
    renewals: int


class HubRow(TableRow, table=True):
    """A hub's lease for one feed (WebSub); forgotten with the feed."""

    __tablename__ = "hubs"
    __table_args__ = (
        # a lease without a feed would be renewed for ever
        ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_hubs_feed_key", ondelete="CASCADE"
        ),
        # a call names its lease by the token alone
        UniqueConstraint("token", name="uq_hubs_token"),
    )

    feed_key: str = Field(sa_type=key_type(), primary_key=True)
    hub: str = Field(sa_type=String(URL_LENGTH))
    topic: str = Field(sa_type=String(URL_LENGTH))
    token: str = Field(sa_type=key_type())
    secret: str = Field(sa_type=String(200))
    state: LeaseState = Field(sa_type=Word(LeaseState))
    callback: str = Field(sa_type=String(URL_LENGTH))
    due_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(sa_type=UtcDateTime)
    heard_at: datetime | None = Field(sa_type=UtcDateTime)
    unread: bool  # it called, and no poll has looked since
    trusted: bool  # what the last poll with news found, it had announced
    failures: int
    why: str = Field(sa_type=Plain(SENTENCE_LENGTH))


class FarewellRow(TableRow, table=True):
    """A hub to be told that we want to hear no more; the feed may be gone, or have a new lease."""

    __tablename__ = "hub_farewells"

    token: str = Field(sa_type=key_type(), primary_key=True)
    hub: str = Field(sa_type=String(URL_LENGTH))
    topic: str = Field(sa_type=String(URL_LENGTH))
    callback: str = Field(sa_type=String(URL_LENGTH))
    until: datetime | None = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    tries: int


metadata = telling_tables.AlertRow.metadata
feeds = metadata.tables["feeds"]
hubs = metadata.tables["hubs"]
farewells = metadata.tables["hub_farewells"]
feed_memories = metadata.tables["feed_memories"]
articles = metadata.tables["articles"]
# What an article said before its publisher edited it, and what was decided of that.
revisions = Table(
    "revisions",
    metadata,
    Column("article_key", key_type(), primary_key=True),
    *(
        Column(
            column.name, column.type, primary_key=column.name == "edits", nullable=column.nullable
        )
        for column in articles.c
        if column.name not in ("key", "copy_key", "feed_key", "seen_at", "backlog", "alias")
    ),
    # what is gone leaves nothing dangling
    ForeignKeyConstraint(
        ["article_key"], ["articles.key"], name="fk_revisions_article_key", ondelete="CASCADE"
    ),
)
prints = metadata.tables["prints"]
marks = metadata.tables["marks"]
subscriptions = metadata.tables["subscriptions"]
secrets = metadata.tables["secrets"]
feed_links = metadata.tables["feed_links"]
silences = metadata.tables["silences"]
alerts = metadata.tables["alerts"]
alert_articles = metadata.tables["alert_articles"]
attempts = metadata.tables["attempts"]
hours = health_tables.HourRow.metadata.tables["hours"]
conditions = metadata.tables["conditions"]

IS_RELEVANT: ColumnElement[bool] = literal_column("articles.relevant")
IS_PENDING: ColumnElement[bool] = literal_column("alerts.state = 'pending'")
IS_HELD: ColumnElement[bool] = literal_column("alerts.state = 'held'")
IS_SILENCED: ColumnElement[bool] = literal_column("alerts.state = 'silenced'")
