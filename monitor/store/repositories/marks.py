"""What people said of articles, and which articles to ask about."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from monitor.domain.articles import Article, Mark
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import article_rows, common
from monitor.store.schema.tables import articles, marks

_DEEP = articles.c.score < articles.c.threshold / 2


class Marks:
    """The table of marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, mark: Mark) -> bool:
        """Keep a mark in place of an earlier one on the same article.

        False, and nothing is kept, when there is no such article.
        """
        values = _values(mark)
        kept = self._database.insert(marks).values(values)
        kept = kept.on_conflict_do_update(index_elements=["article_key"], set_=values)
        there = select(articles.c.key).where(articles.c.key == mark.article_key)

        def keep(connection: Connection) -> bool:
            if connection.scalar(there.with_for_update()) is None:
                return False
            connection.execute(kept)
            return True

        return self._database.write(keep)

    def by_keys(self, keys: Iterable[str]) -> dict[str, Mark]:
        """Article key → its mark, of those that have one."""
        wanted = builtins.list(chunks(keys))

        def look(connection: Connection) -> dict[str, Mark]:
            found = {}
            for chunk in wanted:
                for row in connection.execute(select(marks).where(marks.c.article_key.in_(chunk))):
                    found[row.article_key] = _mark_of(row)
            return found

        return self._database.read(look)

    def list(self) -> builtins.list[tuple[Mark, Article]]:
        """Every mark with its article, the newest first."""
        both = (
            select(articles, *(column.label(f"mark_{column.name}") for column in marks.c))
            .join(marks, marks.c.article_key == articles.c.key)
            .order_by(marks.c.marked_at.desc(), marks.c.article_key)
        )
        return self._database.read(
            lambda connection: [
                (_mark_of(row, "mark_"), article_rows.article_from_row(row))
                for row in connection.execute(both)
            ]
        )

    def nearest_to_threshold(self, *, since: datetime, limit: int) -> builtins.list[Article]:
        """Articles without a mark, those whose score is nearest to its threshold first.

        None whose score is under half of it: those are `deep`.
        """
        distance = func.abs(articles.c.score - articles.c.threshold)
        near = (
            select(articles)
            .where(*_unmarked(since), ~_DEEP)
            .order_by(distance, articles.c.key)
            .limit(limit)
        )
        return self._database.read(
            lambda connection: [
                article_rows.article_from_row(row) for row in connection.execute(near)
            ]
        )

    def far_below_threshold(self, *, since: datetime) -> builtins.list[str]:
        """The keys of articles without a mark whose score is under half of its threshold."""
        keys = select(articles.c.key).where(*_unmarked(since), _DEEP).order_by(articles.c.key)
        return self._database.read(lambda connection: builtins.list(connection.scalars(keys)))


def _unmarked(since: datetime) -> tuple[ColumnElement[bool], ...]:
    marked = select(marks.c.article_key).where(marks.c.article_key == articles.c.key)
    return articles.c.seen_at >= since, ~marked.exists()


def _values(mark: Mark) -> common.Values:
    return {
        "article_key": mark.article_key,
        "relevant": mark.relevant,
        "themes": list(mark.themes),
        "marked_at": mark.marked_at,
        "marked_by": mark.by,
    }


def _mark_of(row: Row[Any], prefix: str = "") -> Mark:
    values = row._mapping
    return Mark(
        article_key=values[f"{prefix}article_key"],
        relevant=values[f"{prefix}relevant"],
        themes=tuple(values[f"{prefix}themes"]),
        marked_at=values[f"{prefix}marked_at"],
        by=values[f"{prefix}marked_by"],
    )
