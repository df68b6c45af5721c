"""Feeds as search questions and filters may call them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.search.feed_names import NamedFeed
from monitor.store.schema.tables import feeds


def named_feeds(connection: Connection) -> tuple[NamedFeed, ...]:
    """Key, title and tags of every feed."""
    rows = connection.execute(select(feeds.c.key, feeds.c.title, feeds.c.tags))
    return tuple(NamedFeed(row.key, row.title, tuple(row.tags)) for row in rows)
