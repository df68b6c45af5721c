"""Strata of the score: how many articles each range of a week has, and a random sample of them.

The key of an article is a digest, so the smallest keys are a random sample, the same at every call.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from monitor.domain.articles import DecisionReason
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import IS_RELEVANT, articles
from monitor.store.teaching.topic_decisions_table import decisions_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRange:
    """The articles of one outcome, with a score from `low` to below `high`."""

    flagged: bool
    drawn: int  # articles of a sample
    low: float = 0.0
    high: float = 2.0  # above every score

    def condition(self) -> ColumnElement[bool]:
        """The condition on the table of articles."""
        outcome = IS_RELEVANT if self.flagged else ~IS_RELEVANT
        score = articles.c.score
        return outcome & (score >= self.low) & (score < self.high)

    def has(self, score: float, *, is_relevant: bool) -> bool:
        """Whether a decision is in the range."""
        return is_relevant == self.flagged and self.low <= score < self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeSample:
    """What a range has in a span of time."""

    articles: int
    mean_score: float  # 0 without articles
    keys: tuple[str, ...]  # of the sample


class ScoreStrata:
    """Reads the table of articles; backlog and what could not be judged are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def samples(
        self,
        ranges: Mapping[str, ScoreRange],
        *,
        since: datetime,
        until: datetime,
        topic: str = "",
    ) -> dict[str, RangeSample]:
        """For each range what was seen from `since` to before `until`, and its sample.

        By the decisions on the topic; an empty one: by those that lead.
        """
        in_span = (
            (articles.c.seen_at >= since)
            & (articles.c.seen_at < until)
            & (articles.c.backlog.is_(False))
            & (articles.c.reason != DecisionReason.UNJUDGED)
        )
        decisions = decisions_on(self._database, topic, in_span)

        def read(connection: Connection) -> dict[str, RangeSample]:
            if topic:
                return _samples_of_topic(connection.execute(decisions), ranges)
            return {
                name: _sample(connection, in_span & score_range.condition(), score_range.drawn)
                for name, score_range in ranges.items()
            }

        return self._database.read(read)


def _samples_of_topic(
    decisions: Iterable[Row[Any]], ranges: Mapping[str, ScoreRange]
) -> dict[str, RangeSample]:
    """The same from rows, because no index has the scores of decisions beside the leading one."""
    inside: dict[str, list[tuple[str, float]]] = {name: [] for name in ranges}
    for row in decisions:
        for name, score_range in ranges.items():
            if score_range.has(row.score, is_relevant=row.relevant):
                inside[name].append((row.key, row.pack_score))
    return {name: _range_sample(scored, ranges[name].drawn) for name, scored in inside.items()}


def _range_sample(scored: Sequence[tuple[str, float]], number: int) -> RangeSample:
    """What a range has, by the key and the score of each of its articles."""
    total = math.fsum(score for _, score in scored)
    return RangeSample(
        articles=len(scored),
        mean_score=total / len(scored) if scored else 0.0,
        keys=tuple(key for key, _ in nsmallest(number, scored)),
    )


def _sample(connection: Connection, condition: ColumnElement[bool], number: int) -> RangeSample:
    count, mean = connection.execute(
        select(func.count(), func.avg(articles.c.pack_score)).where(condition)
    ).one()
    keys = select(articles.c.key).where(condition).order_by(articles.c.key).limit(number)
    return RangeSample(
        articles=count, mean_score=float(mean or 0.0), keys=tuple(connection.scalars(keys))
    )
