"""Recent articles: an index by which those with like wording are found (TF-IDF cosine).

Only articles that pass the gate are compared: about one in twenty of a day's news.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features.opening import prepare_opening
from monitor.classify.features.vectors import Vectoriser, unit_rows
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SPAN

# The latest articles of the span that are compared: the bound of memory and of time.
MOST_ARTICLES = 2_000
_LEAST_COSINE = 0.4  # from here on two texts are similar


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentArticle:
    """An article of the last days that passes the gate, as it was scored."""

    key: str
    copy_key: str
    origin: str  # the agency that it cites, or its outlet
    at: datetime  # when it was published; when it was seen, if that is unknown or later
    score: float  # of the pack alone, without what memory added


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A recent article that is similar to a new one."""

    article: RecentArticle
    cosine: float  # 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class _JoinedRows:
    """The rows one after another: where each starts, its n-grams and their values."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]


class RecentArticles:
    """The index, the earliest addition first; used by one thread."""

    def __init__(self, vectoriser: Vectoriser) -> None:
        self._vectoriser = vectoriser
        self._articles: deque[RecentArticle] = deque()
        self._columns: deque[NDArray[np.int64]] = deque()
        self._values: deque[NDArray[np.float32]] = deque()
        self._joined: _JoinedRows | None = None  # None: the rows have changed

    def __len__(self) -> int:
        return len(self._articles)

    def add(self, article: RecentArticle, entry: Entry) -> None:
        """Add an article; the one added first leaves when there are too many."""
        columns, values = self._row(entry)
        if not len(columns):  # without a known n-gram it is like nothing
            return
        self._articles.append(article)
        self._columns.append(columns)
        self._values.append(values)
        self._joined = None
        if len(self._articles) > MOST_ARTICLES:
            self._drop_first()

    def forget_before(self, at: datetime) -> None:
        """Drop the articles at the beginning that are older."""
        while self._articles and self._articles[0].at < at:
            self._drop_first()

    def neighbours(self, entry: Entry, at: datetime) -> list[Neighbour]:
        """The articles within `SPAN` of this instant with like wording, the most similar first."""
        if not self._articles:
            return []
        columns, values = self._row(entry)
        query = np.zeros(len(self._vectoriser.characters), dtype=np.float32)
        query[columns] = values
        rows = self._joined = self._joined or self._join_rows()
        # `take` and `reduceat` are three times faster here than an index and `bincount`
        cosines = np.add.reduceat(query.take(rows.columns) * rows.values, rows.starts)
        similar = [
            Neighbour(article=self._articles[place], cosine=round(float(cosines[place]), 6))
            for place in np.flatnonzero(cosines >= _LEAST_COSINE).tolist()
        ]
        near = [neighbour for neighbour in similar if abs(neighbour.article.at - at) <= SPAN]
        return sorted(near, key=lambda neighbour: (-neighbour.cosine, neighbour.article.key))

    def _join_rows(self) -> _JoinedRows:
        sizes = np.array([len(columns) for columns in self._columns])
        return _JoinedRows(
            starts=np.cumsum(sizes) - sizes,
            columns=np.concatenate(self._columns),
            values=np.concatenate(self._values),
        )

    def _row(self, entry: Entry) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        folded = prepare_opening(entry.title, entry.text).folded
        indices = self._vectoriser.character_indices(folded)
        _, columns, values = unit_rows([indices], self._vectoriser.characters.idf)
        return columns, values

    def _drop_first(self) -> None:
        self._articles.popleft()
        self._columns.popleft()
        self._values.popleft()
        self._joined = None
