"""Trainings of packs: who asked for one, how far it is, and how the candidate compares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "pack_trainings",
        sa.Column("key", key, nullable=False),
        sa.Column("topic", sa.String(300), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("started_by", sa.String(300), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("step", sa.String(1_000), nullable=False),
        sa.Column("beat_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("fault", sa.String(1_000), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("current_pack", sa.String(300), nullable=False),
        sa.Column("candidate_pack", sa.String(300), nullable=False),
        sa.Column("report", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.PrimaryKeyConstraint("key", name="pk_pack_trainings"),
    )
    running = sa.text("state = 'running'")
    op.create_index(
        "uq_pack_trainings_running",
        "pack_trainings",
        ["topic"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
    op.create_index("ix_pack_trainings_topic", "pack_trainings", ["topic", "started_at"])
