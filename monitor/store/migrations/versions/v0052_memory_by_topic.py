"""Memory by topic: the articles that pass the gate of a topic that does not lead them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_OPENS_OTHER_GATE = {
    "sqlite": (
        "EXISTS (SELECT 1 FROM json_each(articles.other_decisions) AS other"
        " WHERE json_extract(other.value, '$.own_score') IS NOT NULL)"
    ),
    "postgresql": "other_decisions @? '$[*] ? (@.own_score != null)'",
}


def upgrade() -> None:
    op.add_column(
        "articles",
        sa.Column("opens_other_gate", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    rows = sa.table("articles", sa.column("opens_other_gate"), sa.column("other_decisions"))
    op.execute(
        rows.update()
        .where(
            rows.c.other_decisions.is_not(None),
            sa.text(_OPENS_OTHER_GATE[op.get_bind().dialect.name]),
        )
        .values(opens_other_gate=sa.true())
    )
    is_remembered = sa.text("opens_other_gate")
    op.create_index(
        "ix_articles_remembered_beside",
        "articles",
        ["seen_at"],
        sqlite_where=is_remembered,
        postgresql_where=is_remembered,
    )
