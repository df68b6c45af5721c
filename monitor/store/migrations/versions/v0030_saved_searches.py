"""Saved searches: a question with a name, and how often the addresses of its feeds were renewed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "saved_searches",
        sa.Column("key", key, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("question", sa.String(500), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("saved_by", sa.String(300), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_saved_searches"),
    )
