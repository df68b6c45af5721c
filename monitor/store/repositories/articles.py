"""Articles: every entry that was stored, relevant or not, with its decision."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)

from monitor.articles.entry_names import IdentifiedEntry, Name
from monitor.articles.identity import StoredEntry
from monitor.domain.articles import Article, Source
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.store.database import key_prefix
from monitor.store.database.columns import is_storable
from monitor.store.database.transactions import Database, select_in
from monitor.store.mapping import article_rows, exported_rows
from monitor.store.repositories import revisions, sources
from monitor.store.schema.tables import IS_RELEVANT, articles
from monitor.store.search.theme_conditions import counts_for_theme

# Articles of one read of a replay: it takes some milliseconds, and between two others have a turn.
_PAGE = 250
_EXPORTED_PAGE = 500  # in the same time
# The place of the last article of a page, after which the next one begins.
_LAST_SEEN_AT = bindparam("last_seen_at", type_=articles.c.seen_at.type)
_LAST_KEY = bindparam("last_key", type_=articles.c.key.type)


class Articles:
    """The table of articles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stored_entries(
        self, identified: Iterable[tuple[str, Sequence[IdentifiedEntry]]]
    ) -> dict[str, builtins.list[StoredEntry]]:
        """Feed key → its stored articles with a name or the wording of one of its entries.

        Articles that were pruned whole are among them, by their names alone.
        """
        by_feed = {feed_key: entries for feed_key, entries in identified if entries}
        if not by_feed:
            return {}
        return self._database.read(lambda connection: revisions.stored_entries(connection, by_feed))

    def by_keys(self, keys: Iterable[str]) -> dict[str, Article]:
        """Article key → article; unknown keys are left out."""
        article_keys = builtins.list(keys)
        if not article_keys:
            return {}
        return self._database.read(lambda connection: by_keys(connection, article_keys))

    def shared_names(self, feed_key: str, names: Iterable[Name]) -> set[Name]:
        """Those of the pairs of guid and URL that several articles of the feed have."""
        return self._database.read(
            lambda connection: revisions.shared_names(connection, feed_key, names)
        )

    def recent_wordings(self, feed_key: str) -> set[str]:
        """The `wording_key` of each of the last thousand articles of this feed."""
        query = (
            select(articles.c.wording)
            .where(articles.c.feed_key == feed_key)
            .order_by(articles.c.seen_at.desc())
            .limit(1_000)
        )
        return self._database.read(lambda connection: set(connection.scalars(query)))

    def revisions(self, article: Article) -> builtins.list[Article]:
        """The versions of the article before each edit, the oldest first."""
        return self._database.read(
            lambda connection: revisions.by_article(connection, {article.key: article})[article.key]
        )

    def sources(self, originals: Iterable[Article]) -> dict[str, tuple[Source, ...]]:
        """Article key → every feed that brought it or a copy, the first to be seen first."""
        originals = builtins.list(originals)
        return self._database.read(lambda connection: sources.by_article(connection, originals))

    def find(self, key: str) -> Article | None:
        """The article with this key, or the only one whose key begins so (4 digits or more).

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
        """How many articles `list` would return without a limit."""
        conditions = self._conditions(since=since, theme=theme, flagged=flagged, feed=feed)
        count = select(func.count()).select_from(articles).where(*conditions)
        return self._database.read(lambda connection: int(connection.scalar(count) or 0))

    def titles(self, keys: Iterable[str]) -> dict[str, str]:
        """Article key → headline; unknown keys are left out."""
        article_keys = builtins.list(keys)
        query = select(articles.c.key, articles.c.title)

        def select_titles(connection: Connection) -> dict[str, str]:
            rows = select_in(connection, query, articles.c.key, article_keys)
            return {row.key: row.title for row in rows}

        return self._database.read(select_titles)

    def newest_seen_at(self) -> datetime | None:
        """When the newest article was seen; None where there is none."""
        newest = select(func.max(articles.c.seen_at))
        seen_at: datetime | None = self._database.read(lambda connection: connection.scalar(newest))
        return seen_at

    def count_pruned_texts(self, since: datetime) -> int:
        """How many articles that were seen at `since` or later have no text any more."""
        query = select(func.count()).select_from(articles)
        query = query.where(articles.c.seen_at >= since, articles.c.text_pruned_at.is_not(None))
        return self._database.read(lambda connection: int(connection.scalar(query) or 0))

    def oldest_first(
        self, since: datetime | None = None, *, flagged: bool | None = None
    ) -> Iterator[Article]:
        """Every article seen at `since` or later, flagged or not, the oldest first: for replays.

        Read in pages, each in a short transaction of its own, so that the caller may write
        meanwhile.  Articles stored meanwhile are included.
        """
        for page in self._pages(select(articles).limit(_PAGE), since, flagged=flagged):
            yield from map(article_rows.article_from_row, page)

    def exported(
        self, since: datetime | None = None, *, flagged: bool | None = None
    ) -> Iterator[ExportedArticle]:
        """`oldest_first` with only what is exported of each article, for long files."""
        columns = select(*exported_rows.EXPORTED_COLUMNS)
        for page in self._pages(columns.limit(_EXPORTED_PAGE), since, flagged=flagged):
            yield from map(exported_rows.exported_article, page)

    def _pages(
        self, columns: Select[Any], since: datetime | None, *, flagged: bool | None
    ) -> Iterator[Sequence[Row[Any]]]:
        """Rows of articles, the oldest first, in pages of which each is a read of its own."""
        query = columns.order_by(articles.c.seen_at, articles.c.key)
        query = query.where(*self._conditions(since=since, flagged=flagged))
        # built once, with the place of the last row as parameters: SQLAlchemy then looks up its
        # compiled form without walking through all columns again
        following = query.where(
            articles.c.seen_at >= _LAST_SEEN_AT,
            or_(
                articles.c.seen_at > _LAST_SEEN_AT,
                and_(articles.c.seen_at == _LAST_SEEN_AT, articles.c.key > _LAST_KEY),
            ),
        )
        page = self._rows(query)
        while page:
            yield page
            last = {_LAST_SEEN_AT.key: page[-1].seen_at, _LAST_KEY.key: page[-1].key}
            page = self._rows(following, last)

    def with_texts(self, since: datetime | None = None) -> Iterator[Article]:
        """`oldest_first` without the articles whose text was pruned: they can't be judged anew."""
        for article in self.oldest_first(since):
            if article.text_pruned_at is None:
                yield article

    def newest_first(
        self, since: datetime | None = None, *, flagged: bool | None = None
    ) -> Iterator[Article]:
        """Every article seen at `since` or later, flagged or not, the newest first, in pages."""
        newest = articles.c.seen_at.desc(), articles.c.key.desc()
        query = select(articles).order_by(*newest).limit(_PAGE)
        query = query.where(*self._conditions(since=since, flagged=flagged))
        page = self._articles(query)
        while page:
            yield from page
            seen_at, key = page[-1].seen_at, page[-1].key
            older = or_(
                articles.c.seen_at < seen_at,
                and_(articles.c.seen_at == seen_at, articles.c.key < key),
            )
            page = self._articles(query.where(articles.c.seen_at <= seen_at, older))

    def list(
        self,
        *,
        since: datetime | None = None,
        theme: str | None = None,
        flagged: bool | None = None,
        feed: str | None = None,
        limit: int = 50,
    ) -> builtins.list[Article]:
        """Articles, the newest first: seen at `since` or later, with the label `theme` on
        any topic, flagged or not, of the feed with this key.
        """
        query = (
            select(articles)
            .where(*self._conditions(since=since, theme=theme, flagged=flagged, feed=feed))
            .order_by(articles.c.seen_at.desc(), articles.c.key.desc())
            .limit(limit)
        )
        return self._articles(query)

    def _articles(self, query: Select[tuple[object, ...]]) -> builtins.list[Article]:
        return [article_rows.article_from_row(row) for row in self._rows(query)]

    def _rows(
        self, query: Select[Any], parameters: Mapping[str, object] | None = None
    ) -> Sequence[Row[Any]]:
        return self._database.read(lambda connection: connection.execute(query, parameters).all())

    def _conditions(
        self,
        *,
        since: datetime | None,
        theme: str | None = None,
        flagged: bool | None,
        feed: str | None = None,
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
            yield counts_for_theme(self._database, theme)


def by_keys(connection: Connection, keys: Iterable[str]) -> dict[str, Article]:
    """Article key → article; unknown keys are left out."""
    rows = select_in(connection, select(articles), articles.c.key, keys)
    return {row.key: article_rows.article_from_row(row) for row in rows}


def existing_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The keys that an article is stored under."""
    rows = select_in(connection, select(articles.c.key), articles.c.key, keys)
    return {row.key for row in rows}
