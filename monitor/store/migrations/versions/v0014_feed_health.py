"""Publishing history and reported health of feeds; table `conditions`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_feeds = sa.table(
    "feeds", sa.column("key", sa.String), sa.column("newest_at", sa.DateTime(timezone=True))
)
_articles = sa.table(
    "articles",
    sa.column("feed_key", sa.String),
    sa.column("seen_at", sa.DateTime(timezone=True)),
    sa.column("published_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    _conditions()
    with op.batch_alter_table("feeds") as table:
        table.add_column(sa.Column("since", instant))
        table.add_column(sa.Column("newest_at", instant))
        table.add_column(sa.Column("habit", json, nullable=False, server_default="[]"))
        table.add_column(
            sa.Column("told_state", sa.String(16), nullable=False, server_default="ok")
        )
        table.add_column(sa.Column("told_at", instant))
        table.add_column(sa.Column("told_times", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("feeds") as table:
        for name in ("habit", "told_state", "told_times"):
            table.alter_column(name, server_default=None)
    # Otherwise every feed polled for weeks would become silent at its next poll.
    came_at = sa.func.coalesce(_articles.c.published_at, _articles.c.seen_at)
    newest = sa.select(sa.func.max(came_at)).where(_articles.c.feed_key == _feeds.c.key)
    op.execute(_feeds.update().values(newest_at=newest.scalar_subquery()))


def _conditions() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "conditions",
        sa.Column("name", key, nullable=False),
        sa.Column("sentence", sa.String(1_000), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_conditions"),
    )
