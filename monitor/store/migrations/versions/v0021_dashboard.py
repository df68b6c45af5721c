"""Table `feed_strips`, and the indexes from which the dashboard counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "feed_strips",
        sa.Column("feed_key", key, nullable=False),
        sa.Column("newest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("feed_key", name="pk_feed_strips"),
        sa.ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_feed_strips_feed_key", ondelete="CASCADE"
        ),
    )
    dead = sa.text("state = 'dead'")
    op.create_index(
        "ix_articles_scores", "articles", ["seen_at", "score", "reason", "relevant", "backlog"]
    )
    op.create_index(
        "ix_alerts_dead",
        "alerts",
        ["created_at", "key", "subscription_key"],
        sqlite_where=dead,
        postgresql_where=dead,
    )
