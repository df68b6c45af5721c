"""Articles that a change of rules may concern: by their words, and by their score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select, text

from monitor.domain.articles import Article
from monitor.search.question import Node
from monitor.store.database.database_errors import TookTooLong
from monitor.store.database.transactions import Database
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import article_numbers, articles
from monitor.store.search import gin_candidates, index_rebuild, text_queries
from monitor.store.search.conditions import number_in

MOST_ARTICLES = 5_000  # more are decided in a replay
_MOST_NUMBERS = 50_000  # hits of the index, of any time
_TIME_LIMIT = timedelta(seconds=2)
# The same where nobody waits for a page: to decide 20,000 articles takes seconds, all of them
# minutes.
PATIENT_ARTICLES = 20_000
_PATIENT_NUMBERS = 200_000
_PATIENT_LIMIT = timedelta(minutes=1)
_FTS_NUMBERS = text(
    "SELECT rowid AS number FROM article_words WHERE article_words MATCH :query LIMIT :most"
)
_VECTOR_NUMBERS = text(
    "SELECT number FROM article_words WHERE words @@ CAST(:query AS tsquery) LIMIT :most"
)


class CandidateScore(NamedTuple):
    """What is read of a candidate that may not have to be decided again."""

    seen_at: datetime
    score: float  # of the leading decision, boosts included


class TooManyCandidates(Exception):
    """The index can't say, or finds too many articles: the text is the reason for people."""


class RuleCandidates:
    """Finds the articles of a span that have to be decided again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(
        self,
        since: datetime,
        until: datetime,
        *,
        words: Node | None = None,
        scores: tuple[float, float] | None = None,
        whole: bool = True,
        patient: bool = False,
    ) -> dict[str, Article]:
        """Article key → article, seen from `since` to `until`, with the words or such a score.

        `scores` are the lowest and the highest without boosts, with similar articles or without:
        which of the two decides is a setting.  Articles that are not `whole` have only what
        decisions read, in two thirds of the time: see `decidable_article_from_row`.  A `patient`
        caller waits for four times as many.  Raise TooManyCandidates.
        """
        columns = articles.c if whole else article_rows.DECIDABLE_COLUMNS
        article_of = (
            article_rows.article_from_row if whole else article_rows.decidable_article_from_row
        )
        query = select(*columns).where(
            articles.c.seen_at >= since,
                articles.c.seen_at <= until,
                articles.c.text_pruned_at.is_(None)
        )  # fmt: skip
        rows = self._rows(query, words, scores, patient=patient)
        return {row.key: article_of(row) for row in rows}

    def find_decided(
        self,
        since: datetime,
        until: datetime,
        *,
        config: str,
        words: Node | None = None,
        scores: tuple[float, float] | None = None,
    ) -> dict[str, CandidateScore]:
        """Article key → its score, of the candidates whose leading decision has this digest.

        For a patient caller; nothing else of them is read.  Raise TooManyCandidates.
        """
        query = select(articles.c.key, articles.c.seen_at, articles.c.score).where(
            articles.c.seen_at >= since,
            articles.c.seen_at <= until,
            articles.c.text_pruned_at.is_(None),
            articles.c.config == config,
        )
        rows = self._rows(query, words, scores, patient=True)
        return {row.key: CandidateScore(row.seen_at, row.score) for row in rows}

    def _rows(
        self,
        query: Select[Any],
        words: Node | None,
        scores: tuple[float, float] | None,
        *,
        patient: bool,
    ) -> Sequence[Any]:
        """The rows of the query that have the words or such a score.  Raise TooManyCandidates."""
        most = PATIENT_ARTICLES if patient else MOST_ARTICLES
        most_numbers = _PATIENT_NUMBERS if patient else _MOST_NUMBERS
        query = query.limit(most + 1)

        def read(connection: Connection) -> Sequence[Any]:
            rows: list[Any] = []
            if words is not None:
                rows += self._with_words(connection, query, words, most_numbers)
            if scores is not None:
                by_score = query.where(
                    articles.c.pack_score.between(*scores) | articles.c.own_score.between(*scores)
                )
                rows += connection.execute(by_score).all()
            keys = {row.key for row in rows}
            if len(keys) > most:
                raise TooManyCandidates(f"the change may concern more than {most:,} articles")
            return rows

        try:
            return self._database.read(read, limit=_PATIENT_LIMIT if patient else _TIME_LIMIT)
        except TookTooLong:
            raise TooManyCandidates("the change may concern very many articles") from None

    def _with_words(
        self, connection: Connection, query: Select[Any], words: Node, most: int
    ) -> Sequence[Any]:
        if index_rebuild.missing(connection) is not None:
            raise TooManyCandidates("the search index is being rebuilt")
        numbers = self._numbers(connection, words, most)
        if len(numbers) > most:
            raise TooManyCandidates(f"the words are in more than {most:,} articles")
        joined = query.join(article_numbers, article_numbers.c.key == articles.c.key)
        return connection.execute(joined.where(number_in(self._database, numbers))).all()

    def _numbers(self, connection: Connection, words: Node, most: int) -> Sequence[int]:
        limit = {"most": most + 1}
        if self._database.is_sqlite:
            match = {"query": text_queries.fts_match(words), **limit}
            return connection.scalars(_FTS_NUMBERS, match).all()
        with gin_candidates.by_index(connection):
            hits = connection.scalars(
                _VECTOR_NUMBERS, {"query": text_queries.ts_query(words), **limit}
            ).all()
        # the words of an article in parts may lie in several of them
        return [*hits, *gin_candidates.in_parts(connection)]
