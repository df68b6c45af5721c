"""Second readings: which of several topics the reader was asked about; empty: the only one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    topic = sa.Column("topic", sa.String(200), nullable=False, server_default="")
    op.add_column("second_readings", topic)
