"""Stories: articles of one event, what changed their grouping, and the figures they state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_stories()
    _create_figures()


def _create_stories() -> None:
    op.create_table(
        "stories",
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("title", sa.String(1_000), nullable=False),
        sa.Column("renamed_by", sa.String(200)),
        sa.Column("language", sa.String(64)),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number", name="pk_stories"),
        sa.UniqueConstraint("key", name="uq_stories_key"),
    )
    op.create_index("ix_stories_last_at", "stories", ["last_at", "number"])
    op.create_table(
        "story_articles",
        sa.Column("article_key", KEY, nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("story", sa.BigInteger(), nullable=False),
        sa.Column("copy_key", KEY, nullable=False),
        sa.Column("copy_of", KEY),
        sa.Column("origin", sa.String(100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("words", JSON),
        sa.Column("links", JSON),
        sa.Column("why", JSON, nullable=False),
        sa.PrimaryKeyConstraint("article_key", name="pk_story_articles"),
        sa.UniqueConstraint("arrival", name="uq_story_articles_arrival"),
        sa.ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_story_articles_key", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_story_articles_story", "story_articles", ["story", "at", "article_key"])
    op.create_index("ix_story_articles_copy_key", "story_articles", ["copy_key"])
    op.create_index("ix_story_articles_copy_of", "story_articles", ["copy_of"])
    op.create_index(
        "ix_story_articles_window",
        "story_articles",
        ["at"],
        sqlite_where=sa.text("words IS NOT NULL"),
        postgresql_where=sa.text("words IS NOT NULL"),
    )
    op.create_table(
        "story_events",
        sa.Column("key", KEY, nullable=False),
        sa.Column("story", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("other", sa.BigInteger()),
        sa.Column("articles", JSON, nullable=False),
        sa.Column("pinned_before", JSON, nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_story_events"),
    )
    op.create_index("ix_story_events_story", "story_events", ["story", "at"])
    op.create_index("ix_story_events_other", "story_events", ["other", "at"])
    op.create_index("ix_story_events_at", "story_events", ["at", "key"])
    op.create_table(
        "story_heads",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("state", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_heads"),
    )


def _create_figures() -> None:
    op.create_table(
        "figures",
        sa.Column("article_key", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("value_min", sa.Double()),
        sa.Column("value_max", sa.Double()),
        sa.Column("approx", sa.Boolean(), nullable=False),
        sa.Column("claimant", sa.String(1_000)),
        sa.Column("party", sa.String(64)),
        sa.Column("through", sa.String(1_000)),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("quote", sa.String(1_000), nullable=False),
        sa.Column("sentence", sa.String(1_000), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("article_key", "position", name="pk_figures"),
        sa.ForeignKeyConstraint(
            ["article_key"], ["articles.key"], name="fk_figures_article_key", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_figures_kind_at", "figures", ["kind", "at"])
    op.create_index("ix_figures_at", "figures", ["at", "article_key", "position"])
    op.create_table(
        "figure_corrections",
        sa.Column("article_key", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.PrimaryKeyConstraint("article_key", "position", "number", name="pk_figure_corrections"),
        sa.ForeignKeyConstraint(
            ["article_key", "position"],
            ["figures.article_key", "figures.position"],
            name="fk_figure_corrections_figure",
            ondelete="CASCADE",
        ),
    )
