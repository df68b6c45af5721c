"""User name and password of feeds (HTTP Basic), in columns apart from the address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("username", "password"):
        op.add_column("feeds", sa.Column(name, sa.String(500)))
