"""Memory: the score of the pack alone, and the similar articles that moved it.

Articles from before this are not remembered: the memory is empty at first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    similar = sa.JSON().with_variant(JSONB(), "postgresql")
    for table in ("articles", "revisions"):
        op.add_column(table, sa.Column("own_score", sa.Double()))
        op.add_column(table, sa.Column("similar", similar))
    is_remembered = sa.text("own_score IS NOT NULL")
    op.create_index(
        "ix_articles_remembered",
        "articles",
        ["seen_at"],
        sqlite_where=is_remembered,
        postgresql_where=is_remembered,
    )
