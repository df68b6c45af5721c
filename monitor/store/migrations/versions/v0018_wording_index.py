"""Index of the wordings of articles: the same story at another address."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_articles_wording", "articles", ["wording"])
