"""Writes to the search index, in the transaction of the article: it is never behind.

On PostgreSQL one transaction after another numbers its articles, at its very end: numbers ascend
in the order of commits, so that no cursor passes an article that is committed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    delete,
    false,
    func,
    select,
    text,
    update,
)

from monitor.domain.articles import Article
from monitor.domain.tiers import Tier
from monitor.search import tokeniser
from monitor.search.evaluator import NEAR_LINE
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database, chunks, select_in, steps
from monitor.store.schema.tables import IS_IN_REVIEW, article_numbers, articles, search_indexes
from monitor.store.search import indexed_text
from monitor.store.search.indexed_text import IndexedText
from monitor.store.search.theme_conditions import themes_of_decisions

T = TypeVar("T")

_FTS_INSERT = text(
    "INSERT INTO article_words (rowid, title, text, labels)"
    " VALUES (:number, :title, :text, :labels)"
)
# FTS5 without a copy of the texts needs the old tokens to take them out.
_FTS_DELETE = text(
    "INSERT INTO article_words (article_words, rowid, title, text, labels)"
    " VALUES ('delete', :number, :title, :text, :labels)"
)
_VECTOR_INSERT = text(
    "INSERT INTO article_words (number, part, has_parts, words)"
    " VALUES (:number, :part, :has_parts, CAST(:words AS tsvector)) ON CONFLICT DO NOTHING"
)
_VECTOR_DELETE = text("DELETE FROM article_words WHERE number = :number")

INDEXED_COLUMNS = (articles.c.title, articles.c.text, articles.c.author, articles.c.tags)
_NUMBERED = select(article_numbers.c.number, article_numbers.c.key, *INDEXED_COLUMNS).join(
    articles, articles.c.key == article_numbers.c.key
)

_DISTANCE = func.abs(articles.c.score - articles.c.threshold)
# Article key → its number and what of it is indexed.
Numbered = Mapping[str, tuple[int, IndexedText]]


def add(database: Database, connection: Connection, new: Sequence[Article]) -> None:
    """Number these new articles, which were inserted already, and index their words."""
    if not new:
        return
    take_lock(connection, AdvisoryLock.ARTICLE_NUMBERS)
    in_order = sorted(new, key=lambda article: (article.seen_at, article.key))
    keys = [article.key for article in in_order]
    database.insert_new(connection, article_numbers, list(map(number_values, in_order)))
    rows = select_in(connection, select(article_numbers), article_numbers.c.key, keys)
    numbers = {row.key: row.number for row in rows}
    insert(
        database,
        connection,
        [(numbers[article.key], indexed_text.from_article(article)) for article in in_order],
    )


def number_values(article: Article) -> dict[str, Any]:
    """The columns of an article's number, but for the number itself."""
    decision = article.decision
    themes = set[str]().union(*[decided.labels for decided in article.decisions])
    return {
        "key": article.key,
        "relevant": decision.relevant,
        "near_line": abs(decision.score - decision.threshold) <= NEAR_LINE,
        "in_review": decision.tier is Tier.REVIEW and not article.backlog,
        "themes": sorted(themes) or None,
    }


def stored_texts(connection: Connection, keys: Iterable[str]) -> Numbered:
    """What is indexed of these articles; in an edit it is read before the change."""
    rows = select_in(connection, _NUMBERED, article_numbers.c.key, keys)
    return {row.key: (row.number, indexed_text.from_row(row)) for row in rows}


def replace(database: Database, connection: Connection, before: Numbered) -> None:
    """Index the words and outcomes of edited articles anew; `before` is what `stored_texts` said.

    Outcomes are read from `articles`: an article that another process edited first is as that
    process left it.
    """
    if not before:
        return
    take_lock(connection, AdvisoryLock.ARTICLE_NUMBERS)
    follow_outcomes(database, connection, before)
    after = stored_texts(connection, before)
    edited = {key: pair for key, pair in before.items() if after.get(key, pair) != pair}
    delete_words(database, connection, list(edited.values()))
    indexed_from = _indexed_from(connection)
    insert(database, connection, [after[key] for key in edited if after[key][0] >= indexed_from])


def follow_outcomes(database: Database, connection: Connection, keys: Iterable[str]) -> None:
    """Write beside the numbers of these articles what was decided; called when that changed."""
    as_stored = update(article_numbers).values(
        relevant=_of_article(articles.c.relevant),
        near_line=_of_article(_DISTANCE <= NEAR_LINE),
        in_review=_of_article(func.coalesce(IS_IN_REVIEW, false())),
        themes=_of_article(themes_of_decisions(database)),
    )
    for chunk in chunks(keys):
        connection.execute(as_stored.where(article_numbers.c.key.in_(chunk)))


def _of_article(value: ColumnElement[T]) -> ScalarSelect[T]:
    """The value for the article of this number."""
    query = select(value).select_from(articles).where(articles.c.key == article_numbers.c.key)
    return query.correlate(article_numbers).scalar_subquery()


def remove(database: Database, connection: Connection, keys: Sequence[str]) -> None:
    """Take these articles out of the search; called before they are deleted."""
    if not keys:
        return
    delete_words(database, connection, list(stored_texts(connection, keys).values()))
    connection.execute(
        delete(article_numbers).where(article_numbers.c.key == bindparam("of_key")),
        [{"of_key": key} for key in keys],
    )


def insert(
    database: Database, connection: Connection, numbered: Sequence[tuple[int, IndexedText]]
) -> None:
    """Index the words of articles that are not indexed."""
    for step in steps(numbered):
        if database.is_sqlite:
            rows = [{"number": number, **indexed_text.fts_columns(words)} for number, words in step]
            connection.execute(_FTS_INSERT, rows)
            continue
        vectors: list[dict[str, Any]] = []
        for number, words in step:
            vectors += _vector_rows(number, indexed_text.tsvectors(words))
        connection.execute(_VECTOR_INSERT, vectors)


def _vector_rows(number: int, parts: Sequence[str]) -> list[dict[str, Any]]:
    """Part 0 holds all words; where it has parts, it is empty and they hold the words."""
    if len(parts) == 1:
        return [{"number": number, "part": 0, "has_parts": False, "words": parts[0]}]
    rows = [
        {"number": number, "part": part, "has_parts": False, "words": words}
        for part, words in enumerate(parts, start=1)
    ]
    return [{"number": number, "part": 0, "has_parts": True, "words": ""}, *rows]


def delete_words(
    database: Database, connection: Connection, numbered: Sequence[tuple[int, IndexedText]]
) -> None:
    """Take out the words of those articles that are indexed, given as they were indexed."""
    if not numbered:
        return
    if not database.is_sqlite:
        connection.execute(_VECTOR_DELETE, [{"number": number} for number, _ in numbered])
        return
    indexed_from = _indexed_from(connection)
    rows = [
        {"number": number, **indexed_text.fts_columns(words)}
        for number, words in numbered
        if number >= indexed_from
    ]
    if rows:
        connection.execute(_FTS_DELETE, rows)


def _indexed_from(connection: Connection) -> int:
    """Articles with this number or a higher one are indexed, with the tokens of this version."""
    row = connection.execute(select(search_indexes)).one()
    if row.tokeniser != tokeniser.VERSION:
        return 2**62  # none: the index is going to be rebuilt
    return int(row.indexed_from)
