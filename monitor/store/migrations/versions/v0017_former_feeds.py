"""Table `former_feeds`: the titles of removed feeds, for their articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "former_feeds",
        sa.Column("key", key, nullable=False),
        sa.Column("title", sa.String(1_000), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_former_feeds"),
    )
