"""Table `hubs`: WebSub subscriptions of feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
_url, _sentence, _instant = sa.String(2_000), sa.String(1_000), sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("feeds", sa.Column("pushed_until", _instant))
    op.create_table(
        "hubs",
        sa.Column("feed_key", _key, nullable=False),
        sa.Column("hub", _url, nullable=False),
        sa.Column("topic", _url, nullable=False),
        sa.Column("token", _key, nullable=False),
        sa.Column("secret", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("callback", _url, nullable=False),
        sa.Column("due_at", _instant, nullable=False),
        sa.Column("until", _instant),
        sa.Column("heard_at", _instant),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("why", _sentence, nullable=False),
        sa.PrimaryKeyConstraint("feed_key", name="pk_hubs"),
        sa.ForeignKeyConstraint(
            ["feed_key"], ["feeds.key"], name="fk_hubs_feed_key", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("token", name="uq_hubs_token"),
    )
