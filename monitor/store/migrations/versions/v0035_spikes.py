"""Spikes: times in which a theme or a story was reported far more than usual."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "spikes",
        sa.Column("key", key, nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(1_000), nullable=False),
        sa.Column("began_at", _INSTANT, nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("peak", sa.Integer(), nullable=False),
        sa.Column("usual_median", sa.Double(), nullable=False),
        sa.Column("usual_low", sa.Double(), nullable=False),
        sa.Column("usual_high", sa.Double(), nullable=False),
        sa.Column("windows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_spikes"),
    )
    op.create_index("ix_spikes_name", "spikes", ["subject", "name", "began_at"])
    op.create_index("ix_spikes_began_at", "spikes", ["began_at", "key"])
