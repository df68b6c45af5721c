"""Overview of the service: the coverage sentence, the figures of a span, and every chart's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.statistics.alert_times import AlertTimes, alert_times
from monitor.actions.statistics.coverage_report import CoverageReport, coverage_report
from monitor.actions.statistics.daily_volume import DailyVolume, daily_volume
from monitor.actions.statistics.score_distribution import ScoreDistribution, score_distribution
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
    theme_titles: Mapping[str, str]  # of the topic


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
            "precision_as_marked": _share_json(self.precision),
            "volume": self.volume.as_json(),
            "scores": self.scores.as_json(),
            "times": self.times.as_json(),
            "undelivered": self.undelivered.as_json(),
        }


def overview(store: Store, now: datetime, request: OverviewRequest) -> Overview:
    """The figures of the span that ends now.  Raise InvalidOption for a span out of bounds."""
    covered = coverage_report(store, now, request.span)
    since = now - request.span
    hits, marked = store.dashboard.marked_flagged(now - timedelta(days=MARKED_DAYS))
    return Overview(
        at=now,
        covered=covered,
        alerts=store.dashboard.alerts_by_state(since),
        precision=LabelledShare(hits=hits, n=marked),
        volume=daily_volume(store, now, request.zone, request.theme_titles),
        scores=score_distribution(store, now),
        times=alert_times(store, now),
        undelivered=undelivered_alerts(store, now),
    )


def _share_json(share: LabelledShare) -> JsonObject:
    """The share is null while there are too few marks for one."""
    return {
        "hits": share.hits,
        "n": share.n,
        "share": share.share,
        "interval": list(share.interval) if share.interval else None,
        "words": share.words,
    }
