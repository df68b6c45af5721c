"""Numbers of articles: which are flagged and which near the line, for walks along the queues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_COLUMNS = ("relevant", "near_line")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column(
            "article_numbers",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.execute(
        "UPDATE article_numbers SET relevant = true"
        " WHERE key IN (SELECT key FROM articles WHERE relevant)"
    )
    op.execute(
        "UPDATE article_numbers SET near_line = true"
        " WHERE key IN (SELECT key FROM articles WHERE abs(score - threshold) <= 0.05)"
    )
    for name in _COLUMNS:
        where = sa.text(name)
        op.create_index(
            f"ix_article_numbers_{name}",
            "article_numbers",
            ["number"],
            sqlite_where=where,
            postgresql_where=where,
        )
