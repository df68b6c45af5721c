"""Stories: whether each article counts, or waits for review; all that are grouped count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("story_articles", sa.Column("standing", sa.String(16)))
    op.execute("UPDATE story_articles SET standing = 'relevant'")
    with op.batch_alter_table("story_articles") as table:
        table.alter_column("standing", existing_type=sa.String(16), nullable=False)
