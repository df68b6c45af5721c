"""Score distribution: how many articles have which score, and what another line would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.option_values import InvalidOption
from monitor.charts.chart import Chart
from monitor.charts.score_bars import POINTS, ScoreCount, near_line, score_bars
from monitor.domain.articles import DecisionReason

if TYPE_CHECKING:
    from monitor.store.reports.dashboard_counts import ScoreGroup
    from monitor.store.store import Store

DAYS = 30
_UNKNOWN_THRESHOLD = 0.5  # where no article was judged yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChange:
    """What another threshold would have changed, rules aside."""

    threshold: float
    gained: int  # rejected articles that it would have flagged
    lost: int  # flagged articles that it would have rejected

    @property
    def sentence(self) -> str:
        """ "At 53 %: 2 fewer would be flagged." """
        at = f"At {self.threshold:.0%}:".replace("%", " %")
        if self.gained:
            return f"{at} {self.gained:,} more would be flagged."
        return f"{at} {self.lost:,} fewer would be flagged." if self.lost else f"{at} no change."

    def as_json(self) -> JsonObject:
        """The threshold and both counts."""
        return {"threshold": self.threshold, "gained": self.gained, "lost": self.lost}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDistribution:
    """The scores of the articles seen since an instant."""

    since: datetime
    threshold: float  # that decided about the newest article
    groups: tuple[ScoreGroup, ...]
    other_threshold: float | None = None  # that was asked about

    @property
    def counts(self) -> Mapping[int, ScoreCount]:
        """The articles by the whole per cent of their score."""
        return _counts(self.groups)

    @property
    def change(self) -> ThresholdChange | None:
        """What the other threshold would change; None: none was asked about."""
        other = self.other_threshold
        return None if other is None else _change(self.groups, other)

    def at(self, threshold: float | None) -> ScoreDistribution:
        """The same scores with another threshold.  Raise InvalidOption for one that is no share."""
        if threshold is not None and not 0 <= threshold <= 1:
            raise InvalidOption("at", f"{threshold:g}: a threshold lies between 0 and 1")
        return replace(self, other_threshold=threshold)

    @property
    def near(self) -> int:
        """Articles within five points of the threshold."""
        return near_line(self.counts, self.threshold)

    def chart(self) -> Chart:
        """The bars on both sides of the line."""
        return score_bars(self.counts, self.threshold)

    def as_json(self) -> JsonObject:
        """The counts by whole per cent, and what the other threshold would change."""
        return {
            "finding": self.chart().finding,
            "since": instant(self.since),
            "threshold": self.threshold,
            "near": self.near,
            "scores": [
                {"percent": point, "flagged": count.flagged, "rejected": count.rejected}
                for point, count in sorted(self.counts.items())
            ],
            "change": self.change.as_json() if self.change else None,
        }


def score_distribution(
    store: Store, now: datetime, *, other_threshold: float | None = None, days: int = DAYS
) -> ScoreDistribution:
    """The scores of the last days; the backlogs of feeds count, they were judged as well.

    Raise InvalidOption for a threshold that is no share.
    """
    since = now - timedelta(days=days)
    threshold = store.dashboard.newest_threshold()
    return ScoreDistribution(
        since=since,
        threshold=_UNKNOWN_THRESHOLD if threshold is None else threshold,
        groups=tuple(store.dashboard.scores(since)),
    ).at(other_threshold)


def _counts(groups: Iterable[ScoreGroup]) -> dict[int, ScoreCount]:
    counts: dict[int, ScoreCount] = {}
    for group in groups:
        before = counts.get(group.point, ScoreCount())
        counts[group.point] = ScoreCount(
            flagged=before.flagged + group.number * group.relevant,
            rejected=before.rejected + group.number * (not group.relevant),
        )
    return counts


def _change(groups: Iterable[ScoreGroup], threshold: float) -> ThresholdChange:
    """Only decisions that rest on the score alone move with the threshold."""
    first = round(threshold * POINTS)
    gained = lost = 0
    for group in groups:
        if group.reason is DecisionReason.BELOW and group.point >= first:
            gained += group.number
        if group.reason is DecisionReason.SCORE and group.point < first:
            lost += group.number
    return ThresholdChange(threshold=first / POINTS, gained=gained, lost=lost)
