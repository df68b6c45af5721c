"""Sources of an article: every feed that brought it or a copy of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select

from monitor.domain.articles import Article, Source
from monitor.store.database.transactions import select_in
from monitor.store.repositories import feeds
from monitor.store.schema.tables import articles

# Sources of one article: a text that is copied more often is a notice, or an attack.
MAX_SOURCES = 100

_COLUMNS = (
    articles.c.key,
    articles.c.copy_key,
    articles.c.feed_key,
    articles.c.url,
    articles.c.seen_at,
)


def by_article(
    connection: Connection, originals: Sequence[Article]
) -> dict[str, tuple[Source, ...]]:
    """Article key → the feeds that brought it or a copy, each with its first copy, oldest first."""
    copy_keys = [article.copy_key for article in originals]
    copies = list(select_in(connection, select(*_COLUMNS), articles.c.copy_key, copy_keys))
    titles = feeds.titles(connection, [copy.feed_key for copy in copies])
    sources: dict[str, dict[str, Source]] = defaultdict(dict)  # copy key → feed key → source
    for copy in sorted(copies, key=lambda copy: (copy.seen_at, copy.key)):
        by_feed = sources[copy.copy_key]
        if copy.feed_key not in by_feed and len(by_feed) < MAX_SOURCES:
            by_feed[copy.feed_key] = Source(
                article_key=copy.key,
                feed_key=copy.feed_key,
                feed_title=titles.get(copy.feed_key, ""),
                url=copy.url,
                seen_at=copy.seen_at,
            )
    return {article.key: tuple(sources[article.copy_key].values()) for article in originals}
