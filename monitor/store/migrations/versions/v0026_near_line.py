"""Index of the articles near the line, for their queue and its counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    near = sa.text("abs(score - threshold) <= 0.05")
    op.create_index(
        "ix_articles_near_line",
        "articles",
        ["seen_at", "key"],
        sqlite_where=near,
        postgresql_where=near,
    )
