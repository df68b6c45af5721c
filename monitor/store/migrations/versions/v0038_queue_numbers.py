"""Numbers of articles: which are flagged, near the line, in review; for walks along the queues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# Column → how it is filled.
_COLUMNS = {
    "relevant": (
        "UPDATE article_numbers SET relevant = true"
        " WHERE key IN (SELECT key FROM articles WHERE relevant)"
    ),
    "near_line": (
        "UPDATE article_numbers SET near_line = true"
        " WHERE key IN (SELECT key FROM articles WHERE abs(score - threshold) <= 0.05)"
    ),
    "in_review": (
        "UPDATE article_numbers SET in_review = true WHERE key IN (SELECT key FROM articles"
        " WHERE NOT relevant AND NOT backlog AND score >= review_threshold"
        " AND reason IN ('below', 'boosted'))"
    ),
}


def upgrade() -> None:
    for name, fill in _COLUMNS.items():
        op.add_column(
            "article_numbers",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
        op.execute(fill)
        where = sa.text(name)
        op.create_index(
            f"ix_article_numbers_{name}",
            "article_numbers",
            ["number"],
            sqlite_where=where,
            postgresql_where=where,
        )
