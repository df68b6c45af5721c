"""Revisions: the earlier versions of articles that their publishers edited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, bindparam, func, select, tuple_, update

from monitor.articles.entry_names import IdentifiedEntry, Name
from monitor.articles.identity import StoredEntry
from monitor.domain.articles import Article
from monitor.store.database.transactions import Database, chunks, select_in
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import articles, pruned_articles, revisions

# Revisions of one article: a text that changes with every poll, such as one with a counter, is
# not stored without end.
MAX_REVISIONS = 100

_VERSIONED = [
    column for name, column in articles.c.items() if name in revisions.c or name == "key"
]  # in the order of `articles`: the key first
_IDENTITY = [
    articles.c[name]
    for name in (
        "feed_key",
        "key",
        "alias",
        "wording",
        "edits",
        "url",
        "published_at",
    )
]


def replace_wordings(database: Database, connection: Connection, edited: Sequence[Article]) -> None:
    """Store the new version of these articles; the version before becomes a revision.

    An article that another process edited since it was read stays as that process left it.
    """
    if not edited:
        return
    names = ["article_key" if column.name == "key" else column.name for column in _VERSIONED]
    for versions in chunks((article.key, article.edits - 1) for article in edited):
        is_unchanged = tuple_(articles.c.key, articles.c.edits).in_(versions)
        before = select(*_VERSIONED).where(is_unchanged, articles.c.edits < MAX_REVISIONS)
        insert = database.insert(revisions).from_select(names, before)
        connection.execute(insert.on_conflict_do_nothing())
    change = update(articles).where(
        articles.c.key == bindparam("of_key"), articles.c.edits == bindparam("after")
    )
    values = [article_rows.article_values(article) for article in edited]
    columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "key"}
    versions_before = [{"of_key": article.key, "after": article.edits - 1} for article in edited]
    connection.execute(
        change.values(columns),
        [row | version for row, version in zip(values, versions_before, strict=True)],
    )


def stored_entries(
    connection: Connection, identified: Mapping[str, Sequence[IdentifiedEntry]]
) -> dict[str, list[StoredEntry]]:
    """Feed key → its stored articles with a name or the wording of one of its entries.

    Those that were pruned whole are among them, by their names.
    """
    by_feed = _pruned_entries(connection, identified)
    rows = _rows_by_name(connection, articles, _IDENTITY, identified)
    wordings = _earlier_wordings(connection, [row.key for row in rows if row.edits])
    for row in rows:
        entry = StoredEntry(
            key=row.key,
            alias=row.alias,
            wordings=frozenset(wordings[row.key] | {row.wording}),
            url=row.url,
            published_at=row.published_at,
        )
        by_feed[row.feed_key].append(entry)
    return by_feed


def _pruned_entries(
    connection: Connection, identified: Mapping[str, Sequence[IdentifiedEntry]]
) -> dict[str, list[StoredEntry]]:
    """The same for pruned articles: a feed that still lists one brings nothing new."""
    by_feed: dict[str, list[StoredEntry]] = defaultdict(list)
    if connection.execute(select(pruned_articles.c.key).limit(1)).first() is None:
        return by_feed  # as everywhere where articles are never pruned whole
    columns = list(pruned_articles.c)
    for row in _rows_by_name(connection, pruned_articles, columns, identified):
        names = StoredEntry(key=row.key, alias=row.alias, wordings=frozenset((row.wording,)))
        by_feed[row.feed_key].append(names)
    return by_feed


def _rows_by_name(
    connection: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    identified: Mapping[str, Sequence[IdentifiedEntry]],
) -> list[Row[Any]]:
    """These columns of the rows of a table that have a name or the wording of an entry of a feed.

    The table has the columns key, alias, wording and feed_key.
    """
    # Names find the rows.  The index of the feeds would read all that these feeds ever brought, and
    # SQLite, which plans without statistics, takes it for the shorter of two lists: so the feed is
    # asked for as an expression, which has no index.
    of_feed = func.coalesce(table.c.feed_key, "")
    of_these_feeds = select(*columns).where(of_feed.in_(list(identified)))
    rows: dict[tuple[str, str], Row[Any]] = {}
    for column, names_of in _NAMES.items():
        names = _names(identified, names_of)  # (feed key, name)
        candidates = select_in(
            connection, of_these_feeds, table.c[column], [name for _, name in names]
        )
        for row in candidates:
            if (row.feed_key, getattr(row, column)) in names:
                rows[row.key, row.wording] = row
    return list(rows.values())


def _earlier_wordings(connection: Connection, keys: Iterable[str]) -> Mapping[str, set[str]]:
    """Article key → the wordings of its revisions."""
    wordings: dict[str, set[str]] = defaultdict(set)
    query = select(revisions.c.article_key, revisions.c.wording)
    for row in select_in(connection, query, revisions.c.article_key, keys):
        wordings[row.article_key].add(row.wording)
    return wordings


def _keys(entry: IdentifiedEntry) -> tuple[str, ...]:
    return entry.key, entry.story_key, *entry.shared_keys


def _aliases(entry: IdentifiedEntry) -> tuple[str, ...]:
    return entry.alias, *entry.shared_aliases


def _wordings(entry: IdentifiedEntry) -> tuple[str, ...]:
    return (entry.wording,)


# Column → by which names of an entry it is searched.
_NAMES = {"key": _keys, "alias": _aliases, "wording": _wordings}


def _names(
    identified: Mapping[str, Sequence[IdentifiedEntry]],
    names_of: Callable[[IdentifiedEntry], tuple[str, ...]],
) -> dict[tuple[str, str], None]:
    """(feed key, name) for every entry and every kind of name, each once and in order."""
    names: dict[tuple[str, str], None] = {}
    for feed_key, entries in identified.items():
        for entry in entries:
            names |= dict.fromkeys((feed_key, name) for name in names_of(entry))
    return names


def shared_names(connection: Connection, feed_key: str, names: Iterable[Name]) -> set[Name]:
    """Those of the pairs of guid and URL that several articles of the feed have."""
    distinct_names = set(names)
    guids = [guid for guid, _ in distinct_names if guid is not None]
    urls = [url for guid, url in distinct_names if guid is None and url is not None]
    query = select(articles.c.guid, articles.c.url).where(articles.c.feed_key == feed_key)
    counts: Counter[Name] = Counter()
    for column, values in ((articles.c.guid, guids), (articles.c.url, urls)):
        for row in select_in(connection, query, column, values):
            counts[row.guid, row.url] += 1
    return {name for name in distinct_names if counts[name] > 1}


def by_article(connection: Connection, newest: Mapping[str, Article]) -> dict[str, list[Article]]:
    """Article key → the versions before each edit, the oldest first."""
    versions: dict[str, list[Article]] = {key: [] for key in newest}
    edited = [key for key, article in newest.items() if article.edits]
    in_order = select(revisions).order_by(revisions.c.edits)
    for row in select_in(connection, in_order, revisions.c.article_key, edited):
        version = article_rows.revision_from_row(row, newest[row.article_key])
        versions[row.article_key].append(version)
    return versions


def as_of(article: Article, before: Sequence[Article], when: datetime) -> Article:
    """The version of the article that was current at `when`; `before` are its older versions."""
    for version in (article, *reversed(before)):
        if version.edited_at is None or version.edited_at <= when:
            return version
    return before[0] if before else article
