"""Numbered query: the articles that a question finds, in the order of its sort, in SQL.

SQLite reads one statement to the end of a page.  PostgreSQL is asked window by window where the
index of words narrows the articles, as `gin_candidates` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from monitor.search.question import SearchPosition, Sort
from monitor.store.database import postgresql_values
from monitor.store.schema.tables import articles
from monitor.store.search import gin_candidates
from monitor.store.search.gin_candidates import WordSearch


@dataclass(frozen=True, slots=True)
class NumberedQuery:
    """The articles that a question finds."""

    select: Select[Any]
    number: ColumnElement[int] | None  # by whose index they are in order; None: by time
    sort: Sort
    words: WordSearch | None = None  # that PostgreSQL looks up before anything else
    position: SearchPosition | None = None  # only what comes after it
    hits: Select[Any] | None = None  # the numbers of the same articles, if an index has them all

    def after(self, position: SearchPosition) -> NumberedQuery:
        """Those that come after a position; only with a number."""
        number, score = self._number, articles.c.score
        if self.sort is Sort.OLD:
            is_after = number > position.number
        elif self.sort is Sort.NEW:
            is_after = number < position.number
        else:
            same_score = and_(score == position.score, number < position.number)
            is_after = or_(score < position.score, same_score)
        hits = None
        if self.hits is not None and self.sort is not Sort.SCORE:  # an index has no scores
            hits = self.hits.where(is_after)
        return replace(self, select=self.select.where(is_after), position=position, hits=hits)

    def rows(
        self, connection: Connection, most: int, columns: Sequence[ColumnElement[Any]] = ()
    ) -> Sequence[Row[Any]]:
        """The first rows in their order; with `columns` these, the number and the score alone.

        Raise TookTooLong.
        """
        query = self._ordered.with_only_columns(*columns) if columns else self._ordered
        rows: list[Row[Any]] = []
        for window in self._windows(connection, query, most):
            if self.words and self.sort is Sort.SCORE:  # the best ones may be in any window
                rows += connection.execute(window.limit(most)).all()
                rows = sorted(rows, key=lambda row: (-row.score, -row.number))[:most]
                continue
            rows += connection.execute(window.limit(most - len(rows))).all()
            if len(rows) >= most:
                break
        return rows

    def count(self, connection: Connection, most: int) -> int:
        """How many rows there are, counted as far as `most`.  Raise TookTooLong."""
        ordered = self._ordered.with_only_columns(articles.c.key)
        rows = 0
        for window in self._windows(connection, ordered if self.hits is None else self.hits, most):
            bounded = window.limit(most - rows).subquery()
            rows += connection.scalar(select(func.count()).select_from(bounded)) or 0
            if rows >= most:
                break
        return rows

    @property
    def _number(self) -> ColumnElement[int]:
        if self.number is None:
            raise TypeError("a query by time has no positions")
        return self.number

    @property
    def _ordered(self) -> Select[Any]:
        if self.number is None:
            return self.select.order_by(articles.c.seen_at.desc(), articles.c.key.desc())
        if self.sort is Sort.SCORE:
            return self.select.order_by(articles.c.score.desc(), self.number.desc())
        is_old = self.sort is Sort.OLD
        return self.select.order_by(self.number.asc() if is_old else self.number.desc())

    def _windows(
        self, connection: Connection, query: Select[Any], most: int
    ) -> Iterator[Select[Any]]:
        """The query, or its parts in the order of the numbers."""
        if self.words is None:
            yield query
            return
        span, oldest_first = gin_candidates.every_number(connection), self.sort is Sort.OLD
        if self.position is not None and self.sort is not Sort.SCORE:
            span = span.after(self.position.number, oldest_first=oldest_first)
        windows = gin_candidates.windows(
            connection, self.words, span, most, oldest_first=oldest_first
        )
        for numbers in windows:
            gin_candidates.look_up_by_key(connection)
            yield query.where(self._number == func.any(postgresql_values.numbers(numbers)))
