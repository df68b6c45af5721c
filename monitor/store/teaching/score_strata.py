"""Strata of the score: how many articles each range of a week has, and a random sample of them.

The key of an article is a digest, so the smallest keys are a random sample, the same at every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from monitor.domain.articles import DecisionReason
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import IS_RELEVANT, articles


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRange:
    """The articles of one outcome, with a score from `low` to below `high`."""

    flagged: bool
    low: float = 0.0
    high: float = 2.0  # above every score

    def condition(self) -> ColumnElement[bool]:
        """The condition on the table of articles."""
        outcome = IS_RELEVANT if self.flagged else ~IS_RELEVANT
        score = articles.c.score
        return outcome & (score >= self.low) & (score < self.high)


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
        number: int,
    ) -> dict[str, RangeSample]:
        """For each range the articles seen from `since` to before `until`, `number` of them."""
        in_span = (
            (articles.c.seen_at >= since)
            & (articles.c.seen_at < until)
            & (articles.c.backlog.is_(False))
            & (articles.c.reason != DecisionReason.UNJUDGED)
        )

        def read(connection: Connection) -> dict[str, RangeSample]:
            return {
                name: _sample(connection, in_span & score_range.condition(), number)
                for name, score_range in ranges.items()
            }

        return self._database.read(read)


def _sample(connection: Connection, condition: ColumnElement[bool], number: int) -> RangeSample:
    count, mean = connection.execute(
        select(func.count(), func.avg(articles.c.pack_score)).where(condition)
    ).one()
    keys = select(articles.c.key).where(condition).order_by(articles.c.key).limit(number)
    return RangeSample(
        articles=count, mean_score=float(mean or 0.0), keys=tuple(connection.scalars(keys))
    )
