"""Everything we kept, the rejected too, with what was decided."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from monitor.articles.identity import IdentifiedEntry, StoredEntry
from monitor.domain.articles import Article, Source
from monitor.store.database import key_prefix
from monitor.store.database.columns import is_storable
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import article_rows
from monitor.store.repositories import revisions, sources
from monitor.store.schema.tables import IS_RELEVANT, articles

# How many a replay holds in memory, and how long one of its reads lasts.
_PAGE = 500
# The same for who usually stops after the first page.
_FEW = 100


class Articles:
    """The table of articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stored_entries(
        self, named: Iterable[tuple[str, Sequence[IdentifiedEntry]]]
    ) -> dict[str, builtins.list[StoredEntry]]:
        """Of each feed, by key, its articles that go by a name of one of these entries of its."""
        asked = {feed_key: names for feed_key, names in named if names}
        if not asked:
            return {}
        return self._database.read(lambda connection: revisions.stored_entries(connection, asked))

    def by_keys(self, keys: Iterable[str]) -> dict[str, Article]:
        """Key → article, of those that are there."""
        wanted = builtins.list(chunks(keys))

        def look(connection: Connection) -> dict[str, Article]:
            found: dict[str, Article] = {}
            for chunk in wanted:
                there = connection.execute(select(articles).where(articles.c.key.in_(chunk)))
                found |= {row.key: article_rows.article_from_row(row) for row in there}
            return found

        return self._database.read(look) if wanted else {}

    def recent_wordings(self, feed_key: str) -> set[str]:
        """What the last thousand articles of this feed say, as `wording_key` has it."""
        wanted = (
            select(articles.c.wording)
            .where(articles.c.feed_key == feed_key)
            .order_by(articles.c.seen_at.desc())
            .limit(1_000)
        )
        return self._database.read(lambda connection: set(connection.scalars(wanted)))

    def revisions(self, article: Article) -> builtins.list[Article]:
        """What the article was before each edit, the oldest first."""
        return self._database.read(
            lambda connection: revisions.by_article(connection, {article.key: article})[article.key]
        )

    def sources(self, wanted: Iterable[Article]) -> dict[str, tuple[Source, ...]]:
        """Article key → every feed that brought it or a copy, the first to be seen first."""
        wanted = builtins.list(wanted)
        return self._database.read(lambda connection: sources.by_article(connection, wanted))

    def find(self, key: str) -> Article | None:
        """The article of this key, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(lambda connection: key_prefix.find_row(connection, articles, key))
        return article_rows.article_from_row(row) if row else None

    def count(
        self,
        *,
        since: datetime | None = None,
        theme: str | None = None,
        flagged: bool | None = None,
        feed: str | None = None,
    ) -> int:
        """How many `list` would find without a limit."""
        wanted = self._wanted(since=since, theme=theme, flagged=flagged, feed=feed)
        counted = select(func.count()).select_from(articles).where(*wanted)
        return self._database.read(lambda connection: int(connection.scalar(counted) or 0))

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        """Key → headline, of those that are there."""
        wanted = builtins.list(chunks(keys))

        def look(connection: Connection) -> dict[str, str]:
            found: dict[str, str] = {}
            for chunk in wanted:
                named = select(articles.c.key, articles.c.title).where(articles.c.key.in_(chunk))
                found |= {row.key: row.title for row in connection.execute(named)}
            return found

        return self._database.read(look)

    def oldest_first(self, since: datetime | None = None) -> Iterator[Article]:
        """Every article seen at `since` or later, the oldest first: for replays.

        Read in pages, each a short transaction of its own: the caller may take its time, and
        may write meanwhile.  What is stored meanwhile comes too.
        """
        after: tuple[datetime, str] | None = None
        while page := self._page(since, after):
            yield from page
            after = (page[-1].seen_at, page[-1].key)

    def flagged_newest_first(self) -> Iterator[Article]:
        """Every relevant article, the newest first, read in pages like `each`."""
        newest = articles.c.seen_at.desc(), articles.c.key.desc()
        wanted = select(articles).where(IS_RELEVANT).order_by(*newest).limit(_FEW)
        page = self._articles(wanted)
        while page:
            yield from page
            seen_at, key = page[-1].seen_at, page[-1].key
            older = or_(
                articles.c.seen_at < seen_at,
                and_(articles.c.seen_at == seen_at, articles.c.key < key),
            )
            page = self._articles(wanted.where(articles.c.seen_at <= seen_at, older))

    def list(
        self,
        *,
        since: datetime | None = None,
        theme: str | None = None,
        flagged: bool | None = None,
        feed: str | None = None,
        limit: int = 50,
    ) -> builtins.list[Article]:
        """Articles, the newest first: seen at `since` or later, counted for `theme`, flagged or
        not, of the feed of this key.
        """
        wanted = (
            select(articles)
            .where(*self._wanted(since=since, theme=theme, flagged=flagged, feed=feed))
            .order_by(articles.c.seen_at.desc(), articles.c.key.desc())
            .limit(limit)
        )
        return self._articles(wanted)

    def _page(
        self, since: datetime | None, after: tuple[datetime, str] | None
    ) -> builtins.list[Article]:
        wanted = select(articles).order_by(articles.c.seen_at, articles.c.key).limit(_PAGE)
        if after is not None:
            seen_at, key = after
            wanted = wanted.where(
                articles.c.seen_at >= seen_at,  # for the index
                or_(
                    articles.c.seen_at > seen_at,
                    and_(articles.c.seen_at == seen_at, articles.c.key > key),
                ),
            )
        elif since is not None:
            wanted = wanted.where(articles.c.seen_at >= since)
        return self._articles(wanted)

    def _articles(self, wanted: Select[tuple[object, ...]]) -> builtins.list[Article]:
        return self._database.read(
            lambda connection: [
                article_rows.article_from_row(row) for row in connection.execute(wanted)
            ]
        )

    def _wanted(
        self,
        *,
        since: datetime | None,
        theme: str | None,
        flagged: bool | None,
        feed: str | None,
    ) -> Iterator[ColumnElement[bool]]:
        if not is_storable((theme or "") + (feed or "")):
            yield false()
            return
        if since is not None:
            yield articles.c.seen_at >= since
        if feed is not None:
            yield articles.c.feed_key == feed
        if flagged is not None:
            yield IS_RELEVANT if flagged else ~articles.c.relevant
        if theme is not None:
            yield self._database.holds(articles.c.labels, theme)


def existing_keys(connection: Connection, keys: Iterable[builtins.list[str]]) -> set[str]:
    """Those of the keys that there is an article for; they come in chunks."""
    found: set[str] = set()
    for chunk in keys:
        named = select(articles.c.key).where(articles.c.key.in_(chunk))
        found.update(connection.scalars(named))
    return found
