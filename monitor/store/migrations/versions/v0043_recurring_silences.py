"""Recurring silences, and an index for the newest alert that each subscription accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("silences", sa.Column("every", sa.String(200)))
    op.add_column("silences", sa.Column("zone", sa.String(64)))
    is_sent = sa.text("state = 'sent'")
    op.create_index(
        "ix_alerts_sent",
        "alerts",
        ["subscription_key", "created_at"],
        sqlite_where=is_sent,
        postgresql_where=is_sent,
    )
