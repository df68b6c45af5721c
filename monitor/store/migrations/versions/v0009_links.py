"""Tables `secrets` and `feed_links`: the signing secret and renewals of feed addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "feed_links",
        sa.Column("subscription_key", key, nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subscription_key", name="pk_feed_links"),
        sa.ForeignKeyConstraint(
            ["subscription_key"],
            ["subscriptions.key"],
            name="fk_feed_links_subscription_key",
            ondelete="CASCADE",
        ),
    )
