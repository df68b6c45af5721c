"""Table `revisions`: earlier versions of articles; identity by address and wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from monitor.articles.entry_names import identified
from monitor.domain.feeds import Entry

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PAGE = 1_000


def _key(length: int = 64) -> TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _instant() -> TypeEngine[Any]:
    return sa.DateTime(timezone=True)


def _json() -> TypeEngine[Any]:
    return sa.JSON().with_variant(JSONB(), "postgresql")


_articles = sa.table(
    "articles",
    *(
        sa.column(name, sa.String)
        for name in ("key", "feed_key", "title", "text", "url", "guid", "alias", "wording")
    ),
    sa.column("edits", sa.Integer),
)


def upgrade() -> None:
    op.add_column("articles", sa.Column("alias", _key()))
    op.add_column("articles", sa.Column("wording", _key(16)))
    op.add_column("articles", sa.Column("edits", sa.Integer()))
    op.add_column("articles", sa.Column("edited_at", _instant()))
    for page in _pages():
        _name(page)
    with op.batch_alter_table("articles") as table:
        table.alter_column("alias", existing_type=_key(), nullable=False)
        table.alter_column("wording", existing_type=_key(16), nullable=False)
        table.alter_column("edits", existing_type=sa.Integer(), nullable=False)
    op.create_index("ix_articles_alias", "articles", ["alias"])
    _revisions()
    op.create_table(
        "prints",
        sa.Column("era", sa.Integer(), nullable=False),
        sa.Column("print", sa.BigInteger(), nullable=False),
        sa.Column("article_key", _key(), nullable=False),
        sa.PrimaryKeyConstraint("era", "print", "article_key", name="pk_prints"),
        sqlite_with_rowid=False,
    )


def _pages() -> Iterator[list[Any]]:
    after = ""
    while page := list(
        op.get_bind().execute(
            sa.select(_articles)
            .where(_articles.c.key > after)
            .order_by(_articles.c.key)
            .limit(_PAGE)
        )
    ):
        after = page[-1].key
        yield page


def _name(page: list[Any]) -> None:
    """By the rules of today: they are what the next poll compares with."""
    names = []
    for row in page:
        entry = Entry(title=row.title, text=row.text, url=row.url, guid=row.guid)
        (entry_names,) = identified(row.feed_key, [entry])
        names.append(
            {"of_key": row.key, "its_alias": entry_names.alias, "its_wording": entry_names.wording}
        )
    change = _articles.update().where(_articles.c.key == sa.bindparam("of_key"))
    change = change.values(
        alias=sa.bindparam("its_alias"), wording=sa.bindparam("its_wording"), edits=0
    )
    op.get_bind().execute(change, names)


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("article_key", _key(), nullable=False),
        sa.Column("title", sa.String(1000), nullable=False),
        sa.Column("text", sa.String(200000), nullable=False),
        sa.Column("url", sa.String(4000)),
        sa.Column("guid", sa.String(4000)),
        sa.Column("author", sa.String(1000)),
        sa.Column("language", sa.String(64)),
        sa.Column("published_at", _instant()),
        sa.Column("tags", _json(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("themes", _json(), nullable=False),
        sa.Column("labels", _json(), nullable=False),
        sa.Column("terms", _json(), nullable=False),
        sa.Column("rules", _json(), nullable=False),
        sa.Column("pack", sa.String(200), nullable=False),
        sa.Column("config", sa.String(64), nullable=False),
        sa.Column("pack_score", sa.Double(), nullable=False),
        sa.Column("wording", _key(16), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("edited_at", _instant()),
        sa.PrimaryKeyConstraint("article_key", "edits", name="pk_revisions"),
        sa.ForeignKeyConstraint(
            ["article_key"],
            ["articles.key"],
            name="fk_revisions_article_key",
            ondelete="CASCADE",
        ),
    )
