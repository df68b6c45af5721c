"""Retention: pruned texts and articles, how far each round came, and counts of an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _key(length: int = 64) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    for name in ("articles", "revisions"):
        op.add_column(name, sa.Column("text_pruned_at", _INSTANT))
    for name in ("pruned_texts", "pruned_articles"):
        op.add_column("hours", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table("hours") as table:
            table.alter_column(name, server_default=None)
    op.create_table(
        "prune_positions",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("key", _key(), nullable=False),
        sa.Column("pruned", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_prune_positions"),
    )
    op.create_table(
        "pruned_articles",
        sa.Column("key", _key(), nullable=False),
        sa.Column("wording", _key(16), nullable=False),
        sa.Column("feed_key", _key(), nullable=False),
        sa.Column("alias", _key(), nullable=False),
        sa.PrimaryKeyConstraint("key", "wording", name="pk_pruned_articles"),
    )
    op.create_index("ix_pruned_articles_alias", "pruned_articles", ["alias"])
    op.create_index("ix_pruned_articles_wording", "pruned_articles", ["wording"])
