"""Stories: the place of an old article in the window, apart from its own time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("story_articles", sa.Column("window_at", sa.DateTime(timezone=True)))
