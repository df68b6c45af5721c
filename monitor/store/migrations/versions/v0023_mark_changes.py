"""Marks: one for each person and article, with a note; every change is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key() -> sa.types.TypeEngine[str]:
    return sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def _json() -> sa.JSON:
    return sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_marks()
    else:
        op.add_column("marks", _note())
        op.alter_column("marks", "note", server_default=None)
        op.drop_constraint("pk_marks", "marks", type_="primary")
        op.create_primary_key("pk_marks", "marks", ["article_key", "marked_by"])
    op.create_table(
        "mark_changes",
        sa.Column("number", _NUMBER, nullable=False, autoincrement=True),
        sa.Column("act", _key(), nullable=False),
        sa.Column("article_key", _key(), nullable=False),
        sa.Column("marked_by", sa.String(200), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("before", _json()),
        sa.Column("after", _json()),
        sa.Column("undoes", _key(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_mark_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mark_changes_article_key", "mark_changes", ["article_key"])
    op.create_index("ix_mark_changes_marked_by", "mark_changes", ["marked_by", "number"])
    op.create_index("ix_mark_changes_undoes", "mark_changes", ["undoes"])


def _note() -> sa.Column[str]:
    return sa.Column("note", sa.String(1_000), nullable=False, server_default="")


def _rebuild_marks() -> None:
    """SQLite can't change a primary key: the table is copied into one with the new key."""
    marks = sa.Table(
        "marks",
        sa.MetaData(),
        sa.Column("article_key", _key(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("themes", _json(), nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.Column("marked_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("article_key", "marked_by", name="pk_marks"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_marks_article_key"),
    )
    with op.batch_alter_table("marks", recreate="always", copy_from=marks) as batch:
        batch.add_column(_note())
    with op.batch_alter_table("marks") as batch:
        batch.alter_column("note", server_default=None)
