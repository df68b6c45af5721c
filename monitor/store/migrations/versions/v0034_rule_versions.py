"""Keyword rules: the versions that were in force, and the draft of each person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "rule_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("by", sa.String(300), nullable=False),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("text", sa.String(200_000), nullable=False),
        sa.Column("config", sa.String(64), nullable=False),
        sa.Column("restored", sa.Integer()),
        sa.Column("effect", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.PrimaryKeyConstraint("number", name="pk_rule_versions"),
    )
    op.create_table(
        "rule_drafts",
        sa.Column("person", key, nullable=False),
        sa.Column("text", sa.String(200_000), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("base_text", sa.String(200_000), nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_rule_drafts"),
    )
