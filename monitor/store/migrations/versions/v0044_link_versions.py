"""Subscriptions: the version of the link by which a receiver manages its own; existing ones: 0."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("link_version", sa.Integer()))
    op.execute("UPDATE subscriptions SET link_version = 0")
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("link_version", existing_type=sa.Integer(), nullable=False)
