"""Marks: what people said of articles, and the articles to ask about next."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.domain.articles import Article, Mark
from monitor.store.database.transactions import Database, select_in
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import articles, marks

_IS_FAR_BELOW = articles.c.score < articles.c.threshold / 2


class Marks:
    """The table of marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: Mark) -> bool:
        """Store a mark; it replaces an earlier one on the same article.

        False, and nothing is stored, when there is no such article.
        """
        values = article_rows.mark_values(mark)
        upsert = self._database.insert(marks).values(values)
        upsert = upsert.on_conflict_do_update(index_elements=["article_key"], set_=values)
        article_key = select(articles.c.key).where(articles.c.key == mark.article_key)

        def store(connection: Connection) -> bool:
            if connection.scalar(article_key.with_for_update()) is None:
                return False
            connection.execute(upsert)
            return True

        return self._database.write(store)

    def list(self) -> builtins.list[tuple[Mark, Article]]:
        """Every mark with its article, the newest first."""
        marked = (
            select(articles, *(column.label(f"mark_{column.name}") for column in marks.c))
            .join(marks, marks.c.article_key == articles.c.key)
            .order_by(marks.c.marked_at.desc(), marks.c.article_key)
        )
        return self._database.read(
            lambda connection: [
                (article_rows.mark_from_row(row, "mark_"), article_rows.article_from_row(row))
                for row in connection.execute(marked)
            ]
        )

    def of_articles(self, keys: Iterable[str]) -> dict[str, tuple[Mark, ...]]:
        """Article key → its marks; an article without one is left out."""
        rows = self._database.read(
            lambda connection: builtins.list(
                select_in(connection, select(marks), marks.c.article_key, keys)
            )
        )
        return {row.article_key: (article_rows.mark_from_row(row),) for row in rows}

    def nearest_to_threshold(self, *, since: datetime, limit: int) -> builtins.list[Article]:
        """Articles without a mark; those whose score is nearest to their threshold come first.

        Articles whose score is under half of it are left out: see `far_below_threshold`.
        """
        distance = func.abs(articles.c.score - articles.c.threshold)
        nearest = (
            select(articles)
            .where(*_unmarked(since), ~_IS_FAR_BELOW)
            .order_by(distance, articles.c.key)
            .limit(limit)
        )
        return self._database.read(
            lambda connection: [
                article_rows.article_from_row(row) for row in connection.execute(nearest)
            ]
        )

    def far_below_threshold(self, *, since: datetime) -> builtins.list[str]:
        """The keys of articles without a mark whose score is under half of their threshold."""
        keys = select(articles.c.key).where(*_unmarked(since), _IS_FAR_BELOW)
        in_order = keys.order_by(articles.c.key)
        return self._database.read(lambda connection: builtins.list(connection.scalars(in_order)))


def _unmarked(since: datetime) -> tuple[ColumnElement[bool], ...]:
    marked = select(marks.c.article_key).where(marks.c.article_key == articles.c.key)
    return articles.c.seen_at >= since, ~marked.exists()
