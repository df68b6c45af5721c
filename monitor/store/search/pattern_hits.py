"""Patterns in search questions: the articles that each matches, of those that words narrow to.

No database has RE2, so the texts of the candidates are read and matched here; RE2 takes time linear
in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from monitor.domain.errors import ConfigError
from monitor.search.question import Node
from monitor.search.tokeniser import MAX_TEXT
from monitor.store.database.transactions import Database, chunks
from monitor.store.schema.tables import article_numbers, articles
from monitor.store.search import text_queries
from monitor.store.search.conditions import number_in

MOST_CANDIDATES = 10_000  # articles whose texts are read for one question

_FTS_NUMBERS = text(
    "SELECT rowid AS number FROM article_words WHERE article_words MATCH :query LIMIT :most"
)
_VECTOR_NUMBERS = text(
    "SELECT number FROM article_words WHERE words @@ CAST(:query AS tsquery) LIMIT :most"
)
# An article in parts is a candidate always: its words may lie in several parts.
_IN_PARTS = text("SELECT number FROM article_words WHERE has_parts")
_TEXTS = select(
    article_numbers.c.number,
    articles.c.title,
    func.substr(articles.c.text, 1, MAX_TEXT).label("text"),
).join(articles, articles.c.key == article_numbers.c.key)


def numbers(
    database: Database,
    connection: Connection,
    patterns: Mapping[str, Callable[[str], bool]],
    narrowing: Node | None,
) -> dict[str, list[int]]:
    """Pattern → the numbers of the articles with the words of `narrowing` that it matches.

    Raise ConfigError when the words are in more than `MOST_CANDIDATES` articles.
    """
    if not patterns:
        return {}
    candidates = _candidates(database, connection, narrowing)
    if candidates is None:
        raise ConfigError(
            f"the words beside the pattern are in more than {MOST_CANDIDATES:,} articles: add a"
            " word that fewer have"
        )
    hits: dict[str, list[int]] = {pattern: [] for pattern in patterns}
    for row in _texts(database, connection, candidates):
        for pattern, matches in patterns.items():
            if matches(f"{row.title}\n{row.text}"):
                hits[pattern].append(row.number)
    return hits


def _candidates(
    database: Database, connection: Connection, narrowing: Node | None
) -> Sequence[int] | None:
    """The articles with these words; None when there are too many."""
    if narrowing is None:
        return None
    most = {"most": MOST_CANDIDATES + 1}
    if database.is_sqlite:
        query = {"query": text_queries.fts_match(narrowing)}
        hits = connection.scalars(_FTS_NUMBERS, {**query, **most}).all()
        return hits if len(hits) <= MOST_CANDIDATES else None
    query = {"query": text_queries.ts_query(narrowing)}
    hits = connection.scalars(_VECTOR_NUMBERS, {**query, **most}).all()
    if len(hits) > MOST_CANDIDATES:
        return None
    return sorted({*hits, *connection.scalars(_IN_PARTS)})


def _texts(
    database: Database, connection: Connection, candidates: Sequence[int]
) -> Iterator[Row[Any, Any, Any]]:
    for chunk in chunks(candidates):
        yield from connection.execute(_TEXTS.where(number_in(database, chunk)))
