"""Endpoint health of subscriptions, and their former secrets that still sign."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_json = sa.JSON().with_variant(JSONB(), "postgresql")
_counts = ("failures", "refusals")
_times = ("failing_since", "failed_at", "rests_until")


def upgrade() -> None:
    subscriptions = sa.table(
        "subscriptions",
        sa.column("old_secrets", _json),
        *(sa.column(name, sa.Integer) for name in _counts),
    )
    op.add_column("subscriptions", sa.Column("old_secrets", _json))
    for name in _counts:
        op.add_column("subscriptions", sa.Column(name, sa.Integer()))
    for name in _times:
        op.add_column("subscriptions", sa.Column(name, sa.DateTime(timezone=True)))
    op.execute(subscriptions.update().values(old_secrets=[], failures=0, refusals=0))
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("old_secrets", existing_type=_json, nullable=False)
        for name in _counts:
            table.alter_column(name, existing_type=sa.Integer(), nullable=False)
        table.alter_column(
            "secret", existing_type=sa.String(500), type_=sa.String(2_000), nullable=False
        )
