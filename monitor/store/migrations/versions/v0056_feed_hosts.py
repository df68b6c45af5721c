"""Feeds: the host of the address, and the process that holds the lease.

A host is asked by one process at a time.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_BATCH = 1_000


def upgrade() -> None:
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.add_column("feeds", sa.Column("host", sa.String(255), nullable=False, server_default=""))
    op.add_column("feeds", sa.Column("lease_holder", key))
    _set_hosts(op.get_bind())
    is_leased = sa.text("lease_token IS NOT NULL")
    op.create_index(
        "ix_feeds_leased",
        "feeds",
        ["host", "lease_until"],
        sqlite_where=is_leased,
        postgresql_where=is_leased,
    )


def _set_hosts(connection: sa.Connection) -> None:
    feeds = sa.table("feeds", sa.column("key"), sa.column("url"), sa.column("host"))
    change = sa.update(feeds).where(feeds.c.key == sa.bindparam("of_key"))
    change = change.values(host=sa.bindparam("name"))
    rows = connection.execute(sa.select(feeds.c.key, feeds.c.url)).all()
    hosts = [{"of_key": row.key, "name": _host(row.url)} for row in rows]
    for start in range(0, len(hosts), _BATCH):
        connection.execute(change, hosts[start : start + _BATCH])


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")[:255]
    except ValueError:
        return ""
