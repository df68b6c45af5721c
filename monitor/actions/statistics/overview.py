"""Overview of the service: the coverage sentence, the figures of a span, and every chart's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.alert_times import AlertTimes, alert_times
from monitor.actions.statistics.daily_volume import DailyVolume, daily_volume
from monitor.actions.statistics.score_distribution import ScoreDistribution, score_distribution
from monitor.actions.statistics.undelivered import UndeliveredAlerts, undelivered_alerts
from monitor.actions.teaching.backtest import LabelledShare
from monitor.domain.alerts import AlertState
from monitor.health.coverage import Coverage, sentence

if TYPE_CHECKING:
    from monitor.store.store import Store

DEFAULT_SPAN, LONGEST_SPAN = timedelta(days=1), timedelta(days=92)
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
    coverage: Coverage  # of the span
    alerts: Mapping[AlertState, int]  # about articles, created in the span
    precision: LabelledShare  # of flagged articles that a person has marked
    volume: DailyVolume
    scores: ScoreDistribution
    times: AlertTimes
    undelivered: UndeliveredAlerts

    @property
    def sentence(self) -> str:
        """The coverage in a sentence, the same as in digests and in `doctor`."""
        return sentence(self.coverage)

    @property
    def is_well(self) -> bool:
        """Whether every feed is read well, a service ran, and nothing was given up."""
        covered = self.coverage.feeds and self.coverage.healthy == self.coverage.feeds
        return bool(covered) and not self.coverage.unwatched and not self.undelivered.dead

    def as_json(self) -> JsonObject:
        """All figures; the charts' data under their names."""
        return {
            "at": instant(self.at),
            "since": instant(self.coverage.since),
            "sentence": self.sentence,
            "coverage": _coverage_json(self.coverage),
            "alerts": {state.value: number for state, number in self.alerts.items()},
            "precision_as_marked": _share_json(self.precision),
            "volume": self.volume.as_json(),
            "scores": self.scores.as_json(),
            "times": self.times.as_json(),
            "undelivered": self.undelivered.as_json(),
        }


def overview(store: Store, now: datetime, request: OverviewRequest) -> Overview:
    """The figures of the span that ends now.  Raise InvalidOption for a span out of bounds."""
    if not timedelta(minutes=1) <= request.span <= LONGEST_SPAN:
        raise InvalidOption("since", f"from 1m to {LONGEST_SPAN.days}d ago")
    since = now - request.span
    hits, marked = store.dashboard.marked_flagged(now - timedelta(days=MARKED_DAYS))
    return Overview(
        at=now,
        coverage=store.coverage(since, now),
        alerts=store.dashboard.alerts_by_state(since),
        precision=LabelledShare(hits=hits, n=marked),
        volume=daily_volume(store, now, request.zone, request.theme_titles),
        scores=score_distribution(store, now),
        times=alert_times(store, now),
        undelivered=undelivered_alerts(store, now),
    )


def _coverage_json(coverage: Coverage) -> JsonObject:
    return {
        "feeds": coverage.feeds,
        "healthy": coverage.healthy,
        "polls": coverage.polls,
        "failed_polls": coverage.failed,
        "unwatched_seconds": round(coverage.unwatched.total_seconds()),
        "read": coverage.read,
        "backlog": coverage.backlog,
        "flagged": coverage.flagged,
        "alerted": coverage.alerted,
        "held": coverage.held,
        "undelivered": coverage.undelivered,
        "suppressed": coverage.suppressed,
        "unwell": [
            {"key": feed.key, "name": feed.name, "state": feed.state, "why": feed.why}
            for feed in coverage.unwell
        ],
    }


def _share_json(share: LabelledShare) -> JsonObject:
    """The share is null while there are too few marks for one."""
    return {
        "hits": share.hits,
        "n": share.n,
        "share": share.share,
        "interval": list(share.interval) if share.interval else None,
        "words": share.words,
    }
