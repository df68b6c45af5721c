"""Subscriptions: which further articles of a story are told; existing ones: all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("repeat", sa.String(16)))
    op.execute("UPDATE subscriptions SET repeat = 'every'")
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("repeat", existing_type=sa.String(16), nullable=False)
    op.create_index(
        "ix_alerts_repeated",
        "alerts",
        ["subscription_key", "created_at"],
        sqlite_where=sa.text("state = 'repeated'"),
        postgresql_where=sa.text("state = 'repeated'"),
    )
