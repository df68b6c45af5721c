"""Requests of the API with an idempotency key, and their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "keyed_requests",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("fingerprint", _KEY, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON().with_variant(JSONB(), "postgresql")),
        sa.PrimaryKeyConstraint("key", name="pk_keyed_requests"),
    )
    op.create_index("ix_keyed_requests_begun_at", "keyed_requests", ["begun_at"])
