"""Publishing gap, publisher hints and former addresses of feeds; the interval becomes optional."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_json = sa.JSON().with_variant(JSONB(), "postgresql")
_string = sa.String(1_000)

# Before this version every feed got an interval when it was added: this one by default.
_SHIPPED_US = 30 * 60 * 1_000_000


def upgrade() -> None:
    feeds = sa.table(
        "feeds",
        sa.column("every_us", sa.BigInteger),
        sa.column("former_urls", _json),
        sa.column("due_why", sa.String),
        sa.column("wishes", _json),
        sa.column("move", _json),
    )
    for name, kind in (
        ("former_urls", _json),
        ("due_why", _string),
        ("asked_at", sa.DateTime(timezone=True)),
        ("gap_us", sa.BigInteger()),
        ("wishes", _json),
        ("move", _json),
    ):
        op.add_column("feeds", sa.Column(name, kind))
    op.execute(feeds.update().values(former_urls=[], due_why="", wishes={}, move={}))
    with op.batch_alter_table("feeds") as table:
        for name, kind in (
            ("former_urls", _json), ("due_why", _string), ("wishes", _json), ("move", _json),
        ):  # fmt: skip
            table.alter_column(name, existing_type=kind, nullable=False)
        table.alter_column("every_us", existing_type=sa.BigInteger(), nullable=True)
    unchosen = feeds.update().where(feeds.c.every_us == _SHIPPED_US)
    op.execute(unchosen.values(every_us=sa.null()))
