"""Full text: a switch of feeds, and its result in articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "feeds", sa.Column("fulltext", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("articles", "revisions"):
        op.add_column(name, sa.Column("own_text", sa.String(200_000)))
        op.add_column(name, sa.Column("page", sa.String(1_000), nullable=False, server_default=""))
    with op.batch_alter_table("feeds") as table:
        table.alter_column("fulltext", server_default=None)
    for name in ("articles", "revisions"):
        with op.batch_alter_table(name) as table:
            table.alter_column("page", server_default=None)
