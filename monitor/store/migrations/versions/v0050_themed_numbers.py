"""Numbers of articles: which count for a theme, so that searches by theme read only these."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_FILL = {
    "sqlite": (
        "UPDATE article_numbers SET has_themes = true WHERE key IN (SELECT key FROM articles"
        " WHERE json_array_length(labels) > 0 OR EXISTS (SELECT 1 FROM"
        " json_each(other_decisions) AS decided"
        " WHERE json_array_length(decided.value, '$.labels') > 0))"
    ),
    "postgresql": (
        "UPDATE article_numbers SET has_themes = true WHERE key IN (SELECT key FROM articles"
        " WHERE jsonb_array_length(labels) > 0"
        " OR coalesce(jsonb_path_exists(other_decisions, '$[*].labels[*]'), false))"
    ),
}


def upgrade() -> None:
    op.add_column(
        "article_numbers",
        sa.Column("has_themes", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(sa.text(_FILL[op.get_bind().dialect.name]))
    where = sa.text("has_themes")
    op.create_index(
        "ix_article_numbers_has_themes",
        "article_numbers",
        ["number"],
        sqlite_where=where,
        postgresql_where=where,
    )
