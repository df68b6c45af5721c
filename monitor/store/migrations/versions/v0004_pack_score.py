"""Column `articles.pack_score`: the score of the pack before keyword boosts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PAGE = 1_000

_articles = sa.table(
    "articles",
    sa.column("key", sa.String),
    sa.column("score", sa.Double),
    sa.column("rules", sa.JSON().with_variant(JSONB(), "postgresql")),
    sa.column("pack_score", sa.Double),
)


def upgrade() -> None:
    op.add_column("articles", sa.Column("pack_score", sa.Double()))
    op.execute(_articles.update().values(pack_score=_articles.c.score))
    _take_boosts_back()
    with op.batch_alter_table("articles") as table:
        table.alter_column("pack_score", existing_type=sa.Double(), nullable=False)
        table.create_check_constraint(
            "ck_articles_pack_score", "pack_score >= 0 AND pack_score <= 1"
        )


def _take_boosts_back() -> None:
    """Where a boost had run into 0 or 1 the pack's score is lost; the nearest is taken."""
    connection = op.get_bind()
    pack_score = sa.bindparam("found", type_=sa.Double)
    change = _articles.update().where(_articles.c.key == sa.bindparam("of_key"))
    after = ""
    while page := connection.execute(
        sa.select(_articles.c.key, _articles.c.score, _articles.c.rules)
        .where(_articles.c.key > after)
        .order_by(_articles.c.key)
        .limit(_PAGE)
    ).all():
        after = page[-1].key
        boosts = {row.key: sum(hit["boost"] for hit in row.rules) for row in page if row.rules}
        rows = [
            {"of_key": row.key, "found": min(1.0, max(0.0, row.score - boosts[row.key]))}
            for row in page
            if boosts.get(row.key)
        ]
        if rows:
            connection.execute(change.values(pack_score=pack_score), rows)
