"""Review: the threshold of doubtful articles, and who confirmed one.

Articles from before this are not in review.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("articles", "revisions"):
        op.add_column(table, sa.Column("review_threshold", sa.Double()))
        op.add_column(table, sa.Column("confirmed_by", sa.String(200)))
    in_review = sa.text(
        "NOT relevant AND NOT backlog AND score >= review_threshold"
        " AND reason IN ('below', 'boosted')"
    )
    op.create_index(
        "ix_articles_review",
        "articles",
        ["seen_at", "key"],
        sqlite_where=in_review,
        postgresql_where=in_review,
    )
