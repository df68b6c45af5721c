"""Table `marks`: people's judgements of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "marks",
        sa.Column("article_key", key, nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("themes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("article_key", name="pk_marks"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_marks_article_key"),
    )
