"""The tables of delivery: subscriptions, silences, the outbox of alerts, and attempts.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    Double,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlmodel import Field

from monitor.domain.alerts import AlertState, ChannelKind, Outcome, SubscriptionState
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.messages import MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
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
    DEAD,
    HELD,
    LEASED,
    PENDING,
    QUESTION_LENGTH,
    REPEATED,
    SENT,
    SENTENCE_LENGTH,
    SILENCED,
    URL_LENGTH,
)


class SubscriptionRow(TableRow, table=True):
    """Who gets which alerts, over which channel."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        # commands accept the name
        UniqueConstraint("name", name="uq_subscriptions_name"),
        # a minimum outside 0..1 would match nothing or everything
        CheckConstraint("min_score >= 0 AND min_score <= 1", name="ck_subscriptions_min_score"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    name: str = Field(sa_type=String(200))
    channel: ChannelKind = Field(sa_type=EnumText(ChannelKind))
    address: str = Field(sa_type=String(URL_LENGTH))
    secret: str = Field(sa_type=String(URL_LENGTH))
    themes: list[str] = Field(sa_type=json_type())
    languages: list[str] = Field(sa_type=json_type())
    feeds: list[str] = Field(sa_type=json_type())
    min_score: float = Field(sa_type=Double)
    state: SubscriptionState = Field(sa_type=EnumText(SubscriptionState))
    state_reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    created_at: datetime = Field(sa_type=UtcDateTime)
    about: list[str] = Field(sa_type=json_type())
    old_secrets: list[Any] = Field(sa_type=json_type())
    failures: int
    refusals: int
    failing_since: datetime | None = Field(sa_type=UtcDateTime)
    failed_at: datetime | None = Field(sa_type=UtcDateTime)
    rests_until: datetime | None = Field(sa_type=UtcDateTime)
    cadence: dict[str, Any] | None = Field(sa_type=json_type())  # None: each article immediately
    next_at: datetime | None = Field(sa_type=UtcDateTime)  # when to close the next digest
    told_until: datetime | None = Field(sa_type=UtcDateTime)
    told_day: date | None = Field(sa_type=Date)
    spent_on: date | None = Field(sa_type=Date)
    spent: int
    repeat: Repeat = Field(sa_type=EnumText(Repeat))
    filter: str | None = Field(sa_type=String(QUESTION_LENGTH))
    tier: WantedTier = Field(sa_type=EnumText(WantedTier))
    headers: list[Any] | None = Field(sa_type=json_type())  # name and value; None: none of its own
    link_version: int  # of the link by which its receiver manages it
    topics: list[str] = Field(sa_type=json_type())


class SilenceRow(TableRow, table=True):
    """A mute rule; kept after its end, as the reason of the alerts that it suppressed."""

    __tablename__ = "silences"

    key: str = Field(sa_type=key_type(), primary_key=True)
    subscription_key: str | None = Field(sa_type=key_type())
    feed_key: str | None = Field(sa_type=key_type())
    theme: str | None = Field(sa_type=SafeText(200))
    term: str | None = Field(sa_type=SafeText(200))
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    created_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    every: str | None = Field(sa_type=String(200))  # of a recurring one; None: all the time
    zone: str | None = Field(sa_type=String(64))  # of `every`


class AlertRow(TableRow, table=True):
    """The outbox: an alert to one subscription, which it outlives."""

    __tablename__ = "alerts"
    __table_args__ = (
        # pending alerts of a subscription by due time: `claim` takes the first few of each
        Index(
            "ix_alerts_pending",
            "subscription_key",
            "due_at",
            "key",
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
        # alerts held for a subscription's next digest
        Index(
            "ix_alerts_held", "subscription_key", "key", sqlite_where=HELD, postgresql_where=HELD
        ),
        # how many alerts each silence suppressed, by subscription
        Index(
            "ix_alerts_silenced",
            "subscription_key",
            "created_at",
            "silenced_by",
            sqlite_where=SILENCED,
            postgresql_where=SILENCED,
        ),
        # the alerts that were given up: a few
        Index(
            "ix_alerts_dead",
            "created_at",
            "key",
            "subscription_key",
            sqlite_where=DEAD,
            postgresql_where=DEAD,
        ),
        # what each subscription was not told because its story was told, for the next digest
        Index(
            "ix_alerts_repeated",
            "subscription_key",
            "created_at",
            sqlite_where=REPEATED,
            postgresql_where=REPEATED,
        ),
        # the newest that each subscription accepted
        Index(
            "ix_alerts_sent",
            "subscription_key",
            "created_at",
            sqlite_where=SENT,
            postgresql_where=SENT,
        ),
        # lists, newest first
        Index("ix_alerts_created_at", "created_at", "key"),
        # a token is one claim of one alert; claims are released by it
        Index(
            "uq_alerts_lease_token",
            "lease_token",
            unique=True,
            sqlite_where=LEASED,
            postgresql_where=LEASED,
        ),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    subscription_key: str = Field(sa_type=key_type())
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    state: AlertState = Field(sa_type=EnumText(AlertState))
    last_error: str | None = Field(sa_type=SafeText(SENTENCE_LENGTH))
    lease_until: datetime | None = Field(sa_type=UtcDateTime)
    lease_token: str | None = Field(sa_type=key_type())
    type: MessageType = Field(sa_type=EnumText(MessageType, 32))
    data: dict[str, Any] = Field(sa_type=json_type())
    held_for: HoldReason | None = Field(sa_type=EnumText(HoldReason))
    told_in: str | None = Field(sa_type=key_type())
    silenced_by: str | None = Field(sa_type=key_type())


class AlertArticleRow(TableRow, table=True):
    """The articles of an alert, in order."""

    __tablename__ = "alert_articles"
    __table_args__ = (
        # a deleted alert takes its rows along
        ForeignKeyConstraint(
            ["alert_key"], ["alerts.key"], name="fk_alert_articles_alert_key", ondelete="CASCADE"
        ),
        # an alert has only stored articles
        ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_alert_articles_article_key"
        ),
        # the alerts of an article, and the check above when articles are deleted
        Index("ix_alert_articles_article_key", "article_key"),
    )

    alert_key: str = Field(sa_type=key_type(), primary_key=True)
    position: int = Field(primary_key=True)
    article_key: str = Field(sa_type=key_type())


class AttemptRow(TableRow, table=True):
    """An attempt to deliver an alert; the token distinguishes two attempts with the number 1."""

    __tablename__ = "attempts"
    __table_args__ = (
        # a deleted alert takes its rows along
        ForeignKeyConstraint(
            ["alert_key"], ["alerts.key"], name="fk_attempts_alert_key", ondelete="CASCADE"
        ),
    )

    alert_key: str = Field(sa_type=key_type(), primary_key=True)
    token: str = Field(sa_type=key_type(), primary_key=True)
    number: int
    at: datetime = Field(sa_type=UtcDateTime)
    took_us: timedelta = Field(sa_type=Microseconds)
    outcome: Outcome = Field(sa_type=EnumText(Outcome))
    reason: DeliveryReason = Field(sa_type=EnumText(DeliveryReason))
    detail: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
