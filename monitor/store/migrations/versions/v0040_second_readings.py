"""Second readings: what a language model answered about articles in doubt, and its trials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Integer

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "second_readings",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("article_key", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relevant", sa.Boolean()),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("fault", sa.String(1000), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("prompt", KEY, nullable=False),
        sa.Column("text_digest", KEY, nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_second_readings"),
        sa.ForeignKeyConstraint(
            ["article_key"],
            ["articles.key"],
            name="fk_second_readings_article_key",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_second_readings_article_key", "second_readings", ["article_key"])
    op.create_index("ix_second_readings_text_digest", "second_readings", ["text_digest"])
    op.create_index("ix_second_readings_at", "second_readings", ["at"])
    op.create_table(
        "reader_trials",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("prompt", KEY, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_reader_trials"),
        sqlite_autoincrement=True,
    )
