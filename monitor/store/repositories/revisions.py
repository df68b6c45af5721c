"""What articles said before their publishers edited them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_, update

from monitor.articles.identity import IdentifiedEntry, StoredEntry
from monitor.domain.articles import Article
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import articles, revisions

# A text that changes with every poll, as one with a counter does, is not kept for ever.
MOST = 100

_KEPT = [
    column for name, column in articles.c.items() if name in revisions.c or name == "key"
]  # in the order of `articles`: the key first


def replace_wordings(database: Database, connection: Connection, edited: Sequence[Article]) -> None:
    """Put the new words of these articles in the place of the old, which stay as a revision.

    One that was edited by another process since it was read stays as that one left it.
    """
    if not edited:
        return
    names = ["article_key" if column.name == "key" else column.name for column in _KEPT]
    for chunk in chunks((article.key, article.edits - 1) for article in edited):
        ours = tuple_(articles.c.key, articles.c.edits).in_(chunk)
        now = select(*_KEPT).where(ours, articles.c.edits < MOST)
        insert = database.insert(revisions).from_select(names, now)
        connection.execute(insert.on_conflict_do_nothing())
    change = update(articles).where(
        articles.c.key == bindparam("of_key"), articles.c.edits == bindparam("after")
    )
    values = [article_rows.article_values(article) for article in edited]
    columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "key"}
    places = [{"of_key": article.key, "after": article.edits - 1} for article in edited]
    connection.execute(
        change.values(columns), [row | place for row, place in zip(values, places, strict=True)]
    )


def stored_entries(
    connection: Connection, named: Mapping[str, Sequence[IdentifiedEntry]]
) -> dict[str, list[StoredEntry]]:
    """By feed its articles that go by a name of one of these entries of its."""
    columns = [articles.c[name] for name in ("feed_key", "key", "alias", "wording", "edits")]
    ours = select(*columns).where(articles.c.feed_key.in_(list(named)))
    found: dict[str, Any] = {}
    for column, kinds in (("key", ("key", "story_key")), ("alias", ("alias",))):
        names = _names(named, kinds)
        for chunk in chunks(name for _, name in names):
            there = connection.execute(ours.where(articles.c[column].in_(chunk)))
            found |= {
                row.key: row for row in there if (row.feed_key, getattr(row, column)) in names
            }
    past: dict[str, set[str]] = defaultdict(set)
    for chunk in chunks(key for key, row in found.items() if row.edits):
        wordings = select(revisions.c.article_key, revisions.c.wording)
        for row in connection.execute(wordings.where(revisions.c.article_key.in_(chunk))):
            past[row.article_key].add(row.wording)
    by_feed: dict[str, list[StoredEntry]] = defaultdict(list)
    for row in found.values():
        said = frozenset(past[row.key] | {row.wording})
        by_feed[row.feed_key].append(StoredEntry(key=row.key, alias=row.alias, wordings=said))
    return by_feed


def _names(
    named: Mapping[str, Sequence[IdentifiedEntry]], kinds: Sequence[str]
) -> dict[tuple[str, str], None]:
    """Feed and name, for every entry and every kind of name, each once and in order."""
    return dict.fromkeys(
        (feed_key, getattr(one, kind))
        for feed_key, entries in named.items()
        for one in entries
        for kind in kinds
    )


def by_article(connection: Connection, newest: Mapping[str, Article]) -> dict[str, list[Article]]:
    """By key, what each of these articles was before each of its edits, the oldest first."""
    found: dict[str, list[Article]] = {key: [] for key in newest}
    for chunk in chunks(key for key, article in newest.items() if article.edits):
        wanted = select(revisions).where(revisions.c.article_key.in_(chunk))
        for row in connection.execute(wanted.order_by(revisions.c.edits)):
            found[row.article_key].append(
                article_rows.revision_from_row(row, newest[row.article_key])
            )
    return found


def as_of(article: Article, before: Sequence[Article], when: datetime) -> Article:
    """The version of the article that was current at `when`; `before` are its older versions."""
    for version in (article, *reversed(before)):
        if version.edited_at is None or version.edited_at <= when:
            return version
    return before[0] if before else article
