"""Subscriptions: whether their digests list doubtful articles; existing ones: no."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("tier", sa.String(16)))
    op.execute("UPDATE subscriptions SET tier = 'alert'")
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("tier", existing_type=sa.String(16), nullable=False)
