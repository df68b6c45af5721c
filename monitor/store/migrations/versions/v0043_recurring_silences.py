"""Recurring silences: the local times in which a silence is in force, and their zone."""

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
