"""The first tables: feeds, articles, subscriptions and the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _key(length: int = 64) -> TypeEngine[str]:
    """Compared byte by byte on both databases."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _instant() -> TypeEngine[datetime]:
    return sa.DateTime(timezone=True)


def _json() -> TypeEngine[Any]:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def _text(length: int) -> TypeEngine[str]:
    return sa.String(length)


def upgrade() -> None:
    _feeds()
    _articles()
    _subscriptions()
    _alerts()
    _alert_articles()
    _attempts()


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("key", _key(), nullable=False),
        sa.Column("url", _text(2000), nullable=False),
        sa.Column("title", _text(1000), nullable=False),
        sa.Column("language", _text(64)),
        sa.Column("every_us", sa.BigInteger(), nullable=False),
        sa.Column("tags", _json(), nullable=False),
        sa.Column("note", _text(1000), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("due_at", _instant(), nullable=False),
        sa.Column("state", _text(16), nullable=False),
        sa.Column("etag", _text(1000)),
        sa.Column("last_modified", _text(1000)),
        sa.Column("body_digest", _key(128)),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_ok_at", _instant()),
        sa.Column("last_ok_at", _instant()),
        sa.Column("last_error", _text(1000)),
        sa.Column("lease_until", _instant()),
        sa.Column("lease_token", _key()),
        sa.PrimaryKeyConstraint("key", name="pk_feeds"),
        sa.UniqueConstraint("url", name="uq_feeds_url"),
    )
    op.create_index("ix_feeds_due_at", "feeds", ["due_at"])


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("key", _key(), nullable=False),
        sa.Column("copy_key", _key(), nullable=False),
        sa.Column("feed_key", _key(), nullable=False),
        sa.Column("seen_at", _instant(), nullable=False),
        sa.Column("backlog", sa.Boolean(), nullable=False),
        sa.Column("title", _text(1000), nullable=False),
        sa.Column("text", _text(200000), nullable=False),
        sa.Column("url", _text(4000)),
        sa.Column("guid", _text(4000)),
        sa.Column("author", _text(1000)),
        sa.Column("language", _text(64)),
        sa.Column("published_at", _instant()),
        sa.Column("tags", _json(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("reason", _text(16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("themes", _json(), nullable=False),
        sa.Column("labels", _json(), nullable=False),
        sa.Column("terms", _json(), nullable=False),
        sa.Column("rules", _json(), nullable=False),
        sa.Column("pack", _text(200), nullable=False),
        sa.Column("config", _text(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_articles"),
        sa.CheckConstraint("score >= 0 AND score <= 1", name="ck_articles_score"),
    )
    op.create_index("ix_articles_copy_key", "articles", ["copy_key"])
    op.create_index("ix_articles_feed_key_seen_at", "articles", ["feed_key", "seen_at"])
    op.create_index("ix_articles_seen_at", "articles", ["seen_at", "key"])
    _partial_index("ix_articles_relevant", "articles", ["seen_at", "key"], "relevant")


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("key", _key(), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("channel", _text(16), nullable=False),
        sa.Column("address", _text(2000), nullable=False),
        sa.Column("secret", _text(500), nullable=False),
        sa.Column("themes", _json(), nullable=False),
        sa.Column("languages", _json(), nullable=False),
        sa.Column("feeds", _json(), nullable=False),
        sa.Column("min_score", sa.Double(), nullable=False),
        sa.Column("state", _text(16), nullable=False),
        sa.Column("state_reason", _text(1000), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_subscriptions"),
        sa.UniqueConstraint("name", name="uq_subscriptions_name"),
        sa.CheckConstraint("min_score >= 0 AND min_score <= 1", name="ck_subscriptions_min_score"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("key", _key(), nullable=False),
        sa.Column("subscription_key", _key(), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("due_at", _instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", _text(16), nullable=False),
        sa.Column("last_error", _text(1000)),
        sa.Column("lease_until", _instant()),
        sa.Column("lease_token", _key()),
        sa.PrimaryKeyConstraint("key", name="pk_alerts"),
    )
    _partial_index(
        "ix_alerts_pending",
        "alerts",
        ["subscription_key", "due_at", "key"],
        "state = 'pending'",
    )
    op.create_index("ix_alerts_created_at", "alerts", ["created_at", "key"])
    _partial_index(
        "uq_alerts_lease_token", "alerts", ["lease_token"], "lease_token IS NOT NULL", unique=True
    )


def _alert_articles() -> None:
    op.create_table(
        "alert_articles",
        sa.Column("alert_key", _key(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_key", _key(), nullable=False),
        sa.PrimaryKeyConstraint("alert_key", "position", name="pk_alert_articles"),
        sa.ForeignKeyConstraint(
            ["alert_key"], ["alerts.key"], name="fk_alert_articles_alert_key", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_alert_articles_article_key"
        ),
    )
    op.create_index("ix_alert_articles_article_key", "alert_articles", ["article_key"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("alert_key", _key(), nullable=False),
        sa.Column("token", _key(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.Column("took_us", sa.BigInteger(), nullable=False),
        sa.Column("outcome", _text(16), nullable=False),
        sa.Column("reason", _text(16), nullable=False),
        sa.Column("detail", _text(1000), nullable=False),
        sa.PrimaryKeyConstraint("alert_key", "token", name="pk_attempts"),
        sa.ForeignKeyConstraint(
            ["alert_key"], ["alerts.key"], name="fk_attempts_alert_key", ondelete="CASCADE"
        ),
    )


def _partial_index(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
