"""The tables of feeds, and of their WebSub subscriptions at hubs.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlmodel import Field

from monitor.domain.feeds import FeedState
from monitor.polling.websub import HubSubscriptionState
from monitor.store.database.columns import (
    EnumText,
    Microseconds,
    SafeText,
    UtcDateTime,
    json_type,
    key_type,
)
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import (
    HOST_LENGTH,
    LEASED,
    LOGIN_LENGTH,
    SENTENCE_LENGTH,
    TITLE_LENGTH,
    URL_LENGTH,
)


class FeedRow(TableRow, table=True):
    """A feed, its settings, its poll state, and the lease of the process that polls it."""

    __tablename__ = "feeds"
    __table_args__ = (
        # one address is polled once, however often it is imported
        UniqueConstraint("url", name="uq_feeds_url"),
        # due feeds are selected every few seconds
        Index("ix_feeds_due_at", "due_at"),
        # a claim leaves out the hosts that another process asks now
        Index(
            "ix_feeds_leased", "host", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED
        ),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    url: str = Field(sa_type=String(URL_LENGTH))
    title: str = Field(sa_type=SafeText(TITLE_LENGTH))
    language: str | None = Field(sa_type=SafeText(64))
    every_us: timedelta | None = Field(sa_type=Microseconds)
    tags: list[str] = Field(sa_type=json_type())
    note: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    paused: bool
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: FeedState = Field(sa_type=EnumText(FeedState))
    etag: str | None = Field(sa_type=String(SENTENCE_LENGTH))
    last_modified: str | None = Field(sa_type=String(SENTENCE_LENGTH))
    body_digest: str | None = Field(sa_type=key_type(128))
    failures: int
    first_ok_at: datetime | None = Field(sa_type=UtcDateTime)
    last_ok_at: datetime | None = Field(sa_type=UtcDateTime)
    last_error: str | None = Field(sa_type=SafeText(SENTENCE_LENGTH))
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    lease_token: str | None = Field(sa_type=key_type())
    former_urls: list[str] = Field(sa_type=json_type())
    due_why: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    asked_at: datetime | None = Field(sa_type=UtcDateTime)
    gap_us: timedelta | None = Field(sa_type=Microseconds)
    wishes: dict[str, Any] = Field(sa_type=json_type())
    move: dict[str, Any] = Field(sa_type=json_type())  # empty: none
    pushed_until: datetime | None = Field(sa_type=UtcDateTime)
    since: datetime | None = Field(sa_type=UtcDateTime)
    newest_at: datetime | None = Field(sa_type=UtcDateTime)
    habit: list[list[int]] = Field(sa_type=json_type())
    told_state: FeedState = Field(
        sa_type=EnumText(FeedState)
    )  # as last reported to the operator; OK: healthy
    told_at: datetime | None = Field(sa_type=UtcDateTime)
    told_times: int  # recent reports: a feed that flaps is reported later
    fulltext: bool
    username: str | None = Field(sa_type=String(LOGIN_LENGTH))  # HTTP Basic; None: no login
    password: str | None = Field(sa_type=String(LOGIN_LENGTH))
    headers: list[Any] | None = Field(sa_type=json_type())  # name and value; None: none of its own
    host: str = Field(  # of `url`; empty: none
        sa_type=SafeText(HOST_LENGTH), sa_column_kwargs={"server_default": ""}
    )
    lease_holder: str | None = Field(sa_type=key_type())  # the process that holds the lease


class FeedMemoryRow(TableRow, table=True):
    """The parser's memory of a feed's earlier documents, as opaque bytes.

    In a table of its own, because lists of feeds do not need it.
    """

    __tablename__ = "feed_memories"
    __table_args__ = (
        # a feed that is added again starts without memory
        ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_feed_memories_feed_key", ondelete="CASCADE"
        ),
    )

    feed_key: str = Field(sa_type=key_type(), primary_key=True)
    memory: bytes = Field(sa_type=LargeBinary)


class FeedStripRow(TableRow, table=True):
    """How the polls of a feed went in each of the last 336 hours, one byte an hour.

    One small row for each feed, written anew with its polls: a row for each feed and hour would be
    1.7 million rows for 5,000 feeds.
    """

    __tablename__ = "feed_strips"
    __table_args__ = (
        # the strip of a removed feed is shown nowhere
        ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_feed_strips_feed_key", ondelete="CASCADE"
        ),
    )

    feed_key: str = Field(sa_type=key_type(), primary_key=True)
    newest: datetime = Field(sa_type=UtcDateTime)  # the begin of the last hour in `cells`
    cells: bytes = Field(sa_type=LargeBinary)


class FormerFeedRow(TableRow, table=True):
    """The title of a removed feed: its articles keep the name of their outlet."""

    __tablename__ = "former_feeds"

    key: str = Field(sa_type=key_type(), primary_key=True)
    title: str = Field(sa_type=SafeText(TITLE_LENGTH))


class HubRow(TableRow, table=True):
    """The WebSub subscription for one feed; deleted with the feed."""

    __tablename__ = "hubs"
    __table_args__ = (
        # a subscription without a feed would be renewed for ever
        ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_hubs_feed_key", ondelete="CASCADE"
        ),
        # a notification names its subscription by the token alone
        UniqueConstraint("token", name="uq_hubs_token"),
    )

    feed_key: str = Field(sa_type=key_type(), primary_key=True)
    hub: str = Field(sa_type=String(URL_LENGTH))
    topic: str = Field(sa_type=String(URL_LENGTH))
    token: str = Field(sa_type=key_type())
    secret: str = Field(sa_type=String(200))
    state: HubSubscriptionState = Field(sa_type=EnumText(HubSubscriptionState))
    callback: str = Field(sa_type=String(URL_LENGTH))
    due_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(sa_type=UtcDateTime)
    heard_at: datetime | None = Field(sa_type=UtcDateTime)
    unread: bool  # it has notified, and no poll has run since
    trusted: bool  # the hub had announced the news that the last poll found
    failures: int
    why: str = Field(sa_type=SafeText(SENTENCE_LENGTH))


class FarewellRow(TableRow, table=True):
    """A pending unsubscribe request; the feed may be deleted, or have a new subscription."""

    __tablename__ = "hub_farewells"

    token: str = Field(sa_type=key_type(), primary_key=True)
    hub: str = Field(sa_type=String(URL_LENGTH))
    topic: str = Field(sa_type=String(URL_LENGTH))
    callback: str = Field(sa_type=String(URL_LENGTH))
    until: datetime | None = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    tries: int
