"""Names of pruned articles: a feed that still lists one brings nothing new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from monitor.articles.entry_names import IdentifiedEntry
from monitor.articles.identity import StoredEntry
from monitor.store.repositories import revisions
from monitor.store.schema.tables import pruned_articles


def pruned_entries(
    connection: Connection, identified: Mapping[str, Sequence[IdentifiedEntry]]
) -> dict[str, list[StoredEntry]]:
    """Feed key → the pruned articles with a name or the wording of one of its entries."""
    if connection.execute(select(pruned_articles.c.key).limit(1)).first() is None:
        return {}  # as everywhere where articles are never pruned whole
    rows = revisions.rows_by_name(connection, pruned_articles, list(pruned_articles.c), identified)
    by_feed: dict[str, list[StoredEntry]] = defaultdict(list)
    for row in rows:
        names = StoredEntry(key=row.key, alias=row.alias, wordings=frozenset((row.wording,)))
        by_feed[row.feed_key].append(names)
    return by_feed
