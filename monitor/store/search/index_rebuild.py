"""Rebuild of the search index: in steps, the newest articles first, while the service works."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from monitor.search import tokeniser
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import article_numbers, articles, search_indexes
from monitor.store.search import index_writes, indexed_text

BATCH = 500  # articles of one transaction: a tenth of a second


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How many articles the search finds by their words."""

    indexed: int
    articles: int

    @property
    def is_complete(self) -> bool:
        return self.indexed >= self.articles


def progress(database: Database) -> IndexProgress:
    """The state of the index."""
    return database.read(_progress)


def missing(connection: Connection) -> IndexProgress | None:
    """The state of an index that is not complete yet; None, and quickly, for a complete one."""
    state = connection.execute(select(search_indexes)).one()
    is_complete = state.tokeniser == tokeniser.VERSION and state.indexed_from <= 1
    return None if is_complete else _progress(connection)


def step(database: Database, batch: int = BATCH) -> IndexProgress:
    """Index the next articles that are not indexed; start anew for other tokens."""

    def index_batch(connection: Connection) -> IndexProgress:
        take_lock(connection, AdvisoryLock.ARTICLE_NUMBERS)
        state = connection.execute(select(search_indexes)).one()
        indexed_from = state.indexed_from
        if state.tokeniser != tokeniser.VERSION:
            indexed_from = _start_anew(database, connection)
        rows = connection.execute(
            select(article_numbers.c.number, *index_writes.INDEXED_COLUMNS)
            .join(articles, articles.c.key == article_numbers.c.key)
            .where(article_numbers.c.number < indexed_from)
            .order_by(article_numbers.c.number.desc())
            .limit(batch)
        ).all()
        numbered = [(row.number, indexed_text.from_row(row)) for row in rows]
        index_writes.insert(database, connection, numbered)
        lowest = rows[-1].number if len(rows) == batch else 1
        connection.execute(
            update(search_indexes).values(tokeniser=tokeniser.VERSION, indexed_from=lowest)
        )
        return _progress(connection)

    return database.write(index_batch)


def _start_anew(database: Database, connection: Connection) -> int:
    """Empty the index; return the number below which articles are not indexed."""
    if database.is_sqlite:
        connection.execute(text("INSERT INTO article_words (article_words) VALUES ('delete-all')"))
    else:
        connection.execute(text("TRUNCATE article_words"))
    return int(connection.scalar(select(func.max(article_numbers.c.number))) or 0) + 1


def _progress(connection: Connection) -> IndexProgress:
    state = connection.execute(select(search_indexes)).one()
    count = select(func.count()).select_from(article_numbers)
    total = connection.scalar(count) or 0
    if state.tokeniser != tokeniser.VERSION:
        return IndexProgress(0, total)
    if state.indexed_from <= 1:
        return IndexProgress(total, total)
    indexed = connection.scalar(count.where(article_numbers.c.number >= state.indexed_from))
    return IndexProgress(indexed or 0, total)
