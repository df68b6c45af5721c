"""Request headers of feeds and of webhooks, as pairs of name and value."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("feeds", sa.Column("headers", _JSON))
    op.add_column("subscriptions", sa.Column("headers", _JSON))
