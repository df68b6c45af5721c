"""Table `feed_memories`: the parser's memory of a feed's earlier items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "feed_memories",
        sa.Column("feed_key", key, nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed_key", name="pk_feed_memories"),
        sa.ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_feed_memories_feed_key", ondelete="CASCADE"
        ),
    )
