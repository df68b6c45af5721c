"""Which feeds brought the same article?  All its copies, as a reader is told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from monitor.domain.articles import Article, Source
from monitor.store.database.transactions import chunks
from monitor.store.repositories import feeds
from monitor.store.schema.tables import articles

# Of one article: what is copied oftener is a notice, or an attack.
MOST = 100


def by_article(connection: Connection, wanted: Sequence[Article]) -> dict[str, tuple[Source, ...]]:
    """Article key → every feed that brought it or a copy, the first to be seen first.

    One entry for each feed, that of its first copy.
    """
    found: dict[str, dict[str, Source]] = defaultdict(dict)
    columns = (
        articles.c.key,
        articles.c.copy_key,
        articles.c.feed_key,
        articles.c.url,
        articles.c.seen_at,
    )
    rows: list[Any] = []
    for chunk in chunks(article.copy_key for article in wanted):
        rows += connection.execute(select(*columns).where(articles.c.copy_key.in_(chunk))).all()
    titles = feeds.titles(connection, chunks(row.feed_key for row in rows))
    for row in sorted(rows, key=lambda row: (row.seen_at, row.key)):
        of_feeds = found[row.copy_key]
        if row.feed_key not in of_feeds and len(of_feeds) < MOST:
            of_feeds[row.feed_key] = Source(
                article_key=row.key,
                feed_key=row.feed_key,
                feed_title=titles.get(row.feed_key, ""),
                url=row.url,
                seen_at=row.seen_at,
            )
    return {article.key: tuple(found[article.copy_key].values()) for article in wanted}
