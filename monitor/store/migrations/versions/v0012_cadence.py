"""Delivery schedules and held alerts of subscriptions; table `silences`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "silences",
        sa.Column("key", key, nullable=False),
        sa.Column("subscription_key", key),
        sa.Column("feed_key", key),
        sa.Column("theme", sa.String(200)),
        sa.Column("term", sa.String(200)),
        sa.Column("reason", sa.String(1_000), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_silences"),
    )
    op.add_column(
        "subscriptions", sa.Column("cadence", sa.JSON().with_variant(JSONB(), "postgresql"))
    )
    op.add_column("subscriptions", sa.Column("next_at", instant))
    op.add_column("subscriptions", sa.Column("told_until", instant))
    op.add_column("subscriptions", sa.Column("told_day", sa.Date()))
    op.add_column("subscriptions", sa.Column("spent_on", sa.Date()))
    op.add_column("subscriptions", sa.Column("spent", sa.Integer()))
    op.execute(sa.table("subscriptions", sa.column("spent", sa.Integer)).update().values(spent=0))
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("spent", existing_type=sa.Integer(), nullable=False)
    op.add_column("alerts", sa.Column("held_for", sa.String(16)))
    op.add_column("alerts", sa.Column("told_in", key))
    op.add_column("alerts", sa.Column("silenced_by", key))
    for name, state, columns in (
        ("ix_alerts_held", "held", ["subscription_key", "key"]),
        ("ix_alerts_silenced", "silenced", ["subscription_key", "created_at", "silenced_by"]),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "alerts", columns, sqlite_where=only, postgresql_where=only)
