"""Identities: accounts at OpenID providers by which people sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("key", KEY, nullable=False),
        sa.Column("person_key", KEY, nullable=False),
        sa.Column("issuer", sa.String(2000), nullable=False),
        sa.Column("subject", sa.String(1020), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_identities"),
        sa.ForeignKeyConstraint(
            ["person_key"], ["people.key"], name="fk_identities_person_key", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_identities_person_key", "identities", ["person_key"])
