"""Message types of alerts, and the message classes that subscriptions ask for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    alerts = sa.table("alerts", sa.column("type", sa.String), sa.column("data", _json))
    op.add_column("alerts", sa.Column("type", sa.String(32)))
    op.add_column("alerts", sa.Column("data", _json))
    op.execute(alerts.update().values(type="article.flagged", data={}))
    with op.batch_alter_table("alerts") as table:
        table.alter_column("type", existing_type=sa.String(32), nullable=False)
        table.alter_column("data", existing_type=_json, nullable=False)
    subscriptions = sa.table("subscriptions", sa.column("about", _json))
    op.add_column("subscriptions", sa.Column("about", _json))
    op.execute(subscriptions.update().values(about=["articles"]))
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("about", existing_type=_json, nullable=False)
