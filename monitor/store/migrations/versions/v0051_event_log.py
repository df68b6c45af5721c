"""Event log: what happens from now on, in the order of commits; it begins empty."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    name = sa.String(16).with_variant(sa.String(16, collation="C"), "postgresql")
    op.create_table(
        "events",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("data", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "event_logs",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", name, nullable=False),
        sa.Column("pruned_through", sa.BigInteger(), nullable=False),
        sa.Column("pruned_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_event_logs"),
    )
    begin = sa.text("INSERT INTO event_logs (id, name, pruned_through) VALUES (1, :name, 0)")
    op.execute(begin.bindparams(name=secrets.token_hex(4)))
