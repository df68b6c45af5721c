"""People: the time zone and the keys that each has chosen; existing people: none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("time_zone", sa.String(64)))
    op.add_column("people", sa.Column("key_choice", sa.String(100)))
