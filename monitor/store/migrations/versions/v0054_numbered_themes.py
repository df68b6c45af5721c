"""Numbers of articles: for which themes they count, so that searches by theme read no others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_INDEX = "ix_article_numbers_themes"
_FILL = {
    "sqlite": (
        "UPDATE article_numbers SET themes = (SELECT nullif(json_group_array(slug), '[]') FROM"
        " (SELECT label.value AS slug FROM articles, json_each(articles.labels) AS label"
        " WHERE articles.key = article_numbers.key"
        " UNION SELECT label.value FROM articles, json_each(articles.other_decisions) AS decided,"
        " json_each(decided.value, '$.labels') AS label"
        " WHERE articles.key = article_numbers.key ORDER BY slug)) WHERE has_themes"
    ),
    "postgresql": (
        "UPDATE article_numbers SET themes = (SELECT jsonb_agg(slug ORDER BY slug) FROM"
        " (SELECT jsonb_array_elements(labels) AS slug FROM articles"
        " WHERE articles.key = article_numbers.key"
        " UNION SELECT jsonb_path_query(other_decisions, '$[*].labels[*]') FROM articles"
        " WHERE articles.key = article_numbers.key) AS decided) WHERE has_themes"
    ),
}


def upgrade() -> None:
    themes = sa.Column("themes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True)
    op.add_column("article_numbers", themes)
    op.execute(sa.text(_FILL[op.get_bind().dialect.name]))
    op.drop_index("ix_article_numbers_has_themes", "article_numbers")
    op.drop_column("article_numbers", "has_themes")
    where = sa.text("themes IS NOT NULL")
    op.create_index(
        _INDEX,
        "article_numbers",
        ["number", "themes"],
        sqlite_where=where,
        postgresql_where=where,
    )
