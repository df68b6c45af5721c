"""Marks: one for each person, article and topic; those of before are on what led the article."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_LEADING_TOPIC = {
    "sqlite": "substr(pack, 1, instr(pack, '@') - 1)",
    "postgresql": "split_part(pack, '@', 1)",
}


def _key() -> sa.types.TypeEngine[str]:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def _json() -> sa.JSON:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def _topic() -> sa.Column[str]:
    return sa.Column("topic", sa.String(200), nullable=False, server_default="")


def upgrade() -> None:
    leading_topic: sa.ColumnClause[str] = sa.literal_column(
        _LEADING_TOPIC[op.get_bind().dialect.name]
    )
    articles = sa.table("articles", sa.column("key"), sa.column("pack"))
    for table in ("marks", "mark_changes"):
        op.add_column(table, _topic())
        rows = sa.table(table, sa.column("article_key"), sa.column("topic"))
        of_article = sa.select(leading_topic).where(articles.c.key == rows.c.article_key)
        topic = sa.func.coalesce(of_article.scalar_subquery(), "")
        op.execute(rows.update().values(topic=topic))
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_marks()
    else:
        op.drop_constraint("pk_marks", "marks", type_="primary")
        op.create_primary_key("pk_marks", "marks", ["article_key", "marked_by", "topic"])


def _rebuild_marks() -> None:
    """SQLite can't change a primary key: the table is copied into one with the new key."""
    marks = sa.Table(
        "marks",
        sa.MetaData(),
        sa.Column("article_key", _key(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("themes", _json(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.String(200), nullable=False),
        sa.Column("note", sa.String(1_000), nullable=False),
        _topic(),
        sa.PrimaryKeyConstraint("article_key", "marked_by", "topic", name="pk_marks"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_marks_article_key"),
    )
    with op.batch_alter_table("marks", recreate="always", copy_from=marks):
        pass
