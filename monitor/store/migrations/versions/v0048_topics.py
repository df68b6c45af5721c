"""Topics: those that an article is relevant for, decisions on further ones, and who wants which.

Decisions from before this are on the one topic, which the name of their pack says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_TOPICS = {
    "sqlite": "json_array(substr(pack, 1, instr(pack, '@') - 1))",
    "postgresql": "to_jsonb(ARRAY[split_part(pack, '@', 1)])",
}


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    topics = _TOPICS[op.get_bind().dialect.name]
    for name in ("articles", "revisions"):
        op.add_column(name, sa.Column("topics", json))
        op.add_column(name, sa.Column("other_decisions", json))
        rows = sa.table(name, sa.column("topics"), sa.column("relevant"), sa.column("pack"))
        is_judged = sa.text("relevant AND pack LIKE '%@%'")
        op.execute(rows.update().where(is_judged).values(topics=sa.literal_column(topics)))
    op.add_column("subscriptions", sa.Column("topics", json))
    op.execute("UPDATE subscriptions SET topics = '[]'")
    with op.batch_alter_table("subscriptions") as table:
        table.alter_column("topics", existing_type=json, nullable=False)
