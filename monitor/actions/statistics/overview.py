"""Overview of the service: the coverage sentence, the figures of a span, and every chart's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.statistics.alert_times import AlertTimes, alert_times
from monitor.actions.statistics.coverage_report import CoverageReport, coverage_report
from monitor.actions.statistics.daily_volume import DailyVolume, daily_volume
from monitor.actions.statistics.score_distribution import ScoreDistribution, score_distribution
from monitor.actions.statistics.topic_figures import TopicFigures, topic_figures
from monitor.actions.statistics.undelivered import UndeliveredAlerts, undelivered_alerts
from monitor.actions.teaching.backtest import LabelledShare
from monitor.domain.alerts import AlertState
from monitor.health.coverage import Coverage

if TYPE_CHECKING:
    from monitor.store.store import Store

DEFAULT_SPAN = timedelta(days=1)
MARKED_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRequest:
    """Which span to count, and in which zone days begin."""

    span: timedelta = DEFAULT_SPAN
    zone: tzinfo = UTC
    theme_titles: Mapping[str, str]  # of all topics
    topics: tuple[str, ...] = ()  # their names


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the dashboard shows."""

    at: datetime
    covered: CoverageReport  # of the span
    alerts: Mapping[AlertState, int]  # about articles, created in the span
    precision: LabelledShare  # of flagged articles that a person has marked
    volume: DailyVolume
    scores: ScoreDistribution
    times: AlertTimes
    undelivered: UndeliveredAlerts
    topics: tuple[TopicFigures, ...]  # empty where one topic is watched

    @property
    def sentence(self) -> str:
        """The coverage in a sentence, the same as in digests and in `doctor`."""
        return self.covered.sentence

    @property
    def coverage(self) -> Coverage:
        """What was polled in the span, and what came of it."""
        return self.covered.coverage

    @property
    def is_well(self) -> bool:
        """Whether every feed is read well, a service ran, and nothing was given up."""
        covered = self.coverage.feeds and self.coverage.healthy == self.coverage.feeds
        return bool(covered) and not self.coverage.unwatched and not self.undelivered.dead

    def as_json(self) -> JsonObject:
        """All figures; the charts' data under their names."""
        return {
            **self.covered.as_json(),
            "alerts": {state.value: number for state, number in self.alerts.items()},
            "precision_as_marked": self.precision.as_json(),
            "volume": self.volume.as_json(),
            "scores": self.scores.as_json(),
            "times": self.times.as_json(),
            "undelivered": self.undelivered.as_json(),
            "topics": [figures.as_json() for figures in self.topics],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanFigures:
    """The figures of the span that a person chooses."""

    covered: CoverageReport
    alerts: Mapping[AlertState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedFigures:
    """The figures whose spans are always the same."""

    precision: LabelledShare
    scores: ScoreDistribution
    times: AlertTimes
    undelivered: UndeliveredAlerts
    topics: tuple[TopicFigures, ...]


def overview(store: Store, now: datetime, request: OverviewRequest) -> Overview:
    """The figures of the span that ends now.  Raise InvalidOption for a span out of bounds."""
    spanned = span_figures(store, now, request.span)
    fixed = fixed_figures(store, now, request.topics)
    volume = daily_volume(store, now, request.zone, request.theme_titles)
    return join_figures(now, spanned, fixed, volume)


def span_figures(store: Store, now: datetime, span: timedelta) -> SpanFigures:
    """The figures of the span that ends now.  Raise InvalidOption for a span out of bounds."""
    return SpanFigures(
        covered=coverage_report(store, now, span),
        alerts=store.dashboard.alerts_by_state(now - span),
    )


def fixed_figures(store: Store, now: datetime, topics: Sequence[str] = ()) -> FixedFigures:
    """The figures of spans that end now; of the volume, which needs a zone, see `daily_volume`."""
    hits, marked = store.dashboard.marked_flagged(now - timedelta(days=MARKED_DAYS))
    return FixedFigures(
        precision=LabelledShare(hits=hits, n=marked),
        scores=score_distribution(store, now),
        times=alert_times(store, now),
        undelivered=undelivered_alerts(store, now),
        topics=topic_figures(store, now, topics),
    )


def join_figures(
    at: datetime, spanned: SpanFigures, fixed: FixedFigures, volume: DailyVolume
) -> Overview:
    """The overview of figures that were counted one by one."""
    return Overview(
        at=at,
        covered=spanned.covered,
        alerts=spanned.alerts,
        precision=fixed.precision,
        volume=volume,
        scores=fixed.scores,
        times=fixed.times,
        undelivered=fixed.undelivered,
        topics=fixed.topics,
    )
