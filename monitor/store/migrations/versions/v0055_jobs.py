"""Jobs that people start and follow, and the processes of the service that do them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "jobs",
        sa.Column("key", key, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("options", json, nullable=False),
        sa.Column("basis", sa.String(1_000), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("asked_by", sa.String(300), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempts_limit", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(300), nullable=False),
        sa.Column("step", sa.String(1_000), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", _INSTANT),
        sa.Column("beat_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("is_cancelling", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(1_000), nullable=False),
        sa.Column("result", json),
        sa.Column("fault", sa.String(1_000), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_jobs"),
    )
    op.create_index("ix_jobs_asked_at", "jobs", ["asked_at"])
    op.create_index("ix_jobs_state", "jobs", ["state", "due_at"])
    op.create_table(
        "worker_processes",
        sa.Column("key", key, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("host", sa.String(300), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("basis", sa.String(1_000), nullable=False),
        sa.Column("jobs_at_once", sa.Integer(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("fault", sa.String(1_000), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_worker_processes"),
    )
