"""Table `hub_farewells`: pending unsubscribe requests to WebSub hubs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    url, instant = sa.String(2_000), sa.DateTime(timezone=True)
    op.create_table(
        "hub_farewells",
        sa.Column("token", key, nullable=False),
        sa.Column("hub", url, nullable=False),
        sa.Column("topic", url, nullable=False),
        sa.Column("callback", url, nullable=False),
        sa.Column("until", instant),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_hub_farewells"),
    )
