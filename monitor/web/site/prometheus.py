"""Prometheus metrics: counters of this process, and gauges from the database."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from monitor import __version__
from monitor.domain.alerts import AlertState, PollCounts
from monitor.domain.feeds import FeedState
from monitor.domain.jobs.job import JobKind
from monitor.domain.reasons import FeedReason
from monitor.store.jobs.job_repository import JobCounts
from monitor.store.reports.metrics import AlertChannel, StoreMetrics, StoreState

# A minute to a day, in seconds: the publisher's own delay is included.
_DELAYS = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400]
_KILLS = (FeedReason.LIMITS, FeedReason.CRASH)


class Metrics:
    """The counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._stored = _StoreCollector()
        self._registry.register(self._stored)
        self._polls = self._counter("polls", "Polls, by what became of the feed.", "outcome")
        self._failures = self._counter("poll_failures", "Failed polls, by cause.", "reason")
        self._kills = self._counter("parse_kills", "Documents whose parser had to be ended.")
        self._entries = self._counter("entries_read", "Entries in the documents that were read.")
        self._new = self._counter("articles_new", "Articles seen for the first time.")
        self._flagged = self._counter("articles_flagged", "New articles found relevant.")
        self._by_topic = self._counter(
            "articles_flagged_by_topic", "New articles found relevant, by topic.", "topic"
        )
        self._missed = self._counter("missed_ticks", "Ticks of the clock that came late.", "tick")
        self._delay = Histogram(
            "watchpost_publication_to_flag_seconds",
            "From an article's publication to its flag.",
            buckets=_DELAYS,
            registry=self._registry,
        )

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"watchpost_{name}", description, labels, registry=self._registry)

    def polled(self, polls: Sequence[PollCounts]) -> None:
        """Count the results of a round of polling."""
        for poll in polls:
            self._polls.labels(poll.state.state).inc()
            self._entries.inc(poll.entries)
            self._new.inc(poll.new)
            reason = failure(poll)
            if reason:
                self._failures.labels(reason).inc()
            if reason in _KILLS:
                self._kills.inc()
            self._count_flags(poll)

    def _count_flags(self, poll: PollCounts) -> None:
        self._flagged.inc(len(poll.flagged))
        for article in poll.flagged:
            for topic in article.topics:
                self._by_topic.labels(topic).inc()
            if not article.backlog and article.published_at:
                delay = article.seen_at - article.published_at
                self._delay.observe(max(0.0, delay.total_seconds()))

    def missed(self, tick: str, count: int) -> None:
        """Count ticks of the clock that came late."""
        self._missed.labels(tick).inc(count)

    def text(self, stored: StoreMetrics | None, now: datetime) -> bytes:
        """All metrics in Prometheus' text format; `stored` is None when the database is down."""
        self._stored.update(stored, now)
        return generate_latest(self._registry)


def failure(poll: PollCounts) -> FeedReason | None:
    """The reason of a failed poll, the first word of its error sentence; None for other polls."""
    if poll.state.state not in (FeedState.FAILING, FeedState.GONE):
        return None
    word = (poll.state.last_error or "").partition(":")[0]
    return FeedReason(word) if word in set(FeedReason) else None


class _StoreCollector:
    """A collector of the metrics that `update` was called with last."""

    def __init__(self) -> None:
        self._stored: StoreMetrics | None = None
        self._now: datetime | None = None

    def update(self, stored: StoreMetrics | None, now: datetime) -> None:
        self._stored, self._now = stored, now

    def describe(self) -> list[Metric]:
        """Nothing: otherwise the registry would collect once, only to get the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The program's version.", {(__version__,): 1}, "version")
        yield _gauge("database_up", "1 when the database answers.", {(): self._stored is not None})
        if self._stored is not None and self._now is not None:
            yield from _families(self._stored.state, self._now)
            yield from _job_families(self._stored.jobs, self._now)
            size = self._stored.job_file_bytes
            yield _gauge("job_file_bytes", "Size of the files that jobs made.", {(): size})
            yield _times(self._stored)


def _families(stored: StoreState, now: datetime) -> Iterator[Metric]:
    feeds: dict[tuple[str, ...], int] = {(str(s),): n for s, n in stored.feeds.items()}
    yield _gauge("feeds", "Feeds, by state.", feeds, "state")
    yield _gauge("articles_stored", "Articles kept.", {(): stored.articles})
    yield _gauge("articles_stored_flagged", "Relevant ones of them.", {(): stored.flagged})
    waiting = "Doubtful articles of 30 days that wait for an answer."
    yield _gauge("articles_in_review", waiting, {(): stored.in_review})
    alerts = _named(stored.alerts)
    yield _gauge("alerts", "Alerts, by channel and state.", alerts, "channel", "state")
    oldest = stored.oldest_alert_at
    age = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    yield _gauge("oldest_pending_alert_seconds", "Age of the oldest that waits.", {(): age})
    read_at = stored.last_read_at.timestamp() if stored.last_read_at else math.nan
    yield _gauge("last_good_poll_timestamp_seconds", "When a feed was last read.", {(): read_at})
    attempts = CounterMetricFamily(
        "watchpost_delivery_attempts",
        "Attempts to deliver that are on record.",
        labels=("outcome", "reason"),
    )
    for labels, number in stored.attempts.items():
        attempts.add_metric([str(label) for label in labels], number)
    yield attempts


def _job_families(jobs: Mapping[JobKind, JobCounts], now: datetime) -> Iterator[Metric]:
    numbers: dict[tuple[str, ...], float] = {}
    ages: dict[tuple[str, ...], float] = {}
    for kind, counts in jobs.items():
        numbers[kind, "waiting"] = counts.waiting
        numbers[kind, "running"] = counts.running
        numbers[kind, "failed"] = counts.failed
        oldest = counts.oldest_waiting_at
        ages[(kind,)] = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    yield _gauge("jobs", "Jobs, by kind and state.", numbers, "kind", "state")
    yield _gauge("oldest_waiting_job_seconds", "Age of the oldest that is due.", ages, "kind")


def _times(stored: StoreMetrics) -> GaugeMetricFamily:
    labels = ("by", "of", "since", "quantile")
    description = "Of a day's accepted alerts, until acceptance, since each stage."
    family = GaugeMetricFamily("watchpost_time_to_alert_seconds", description, labels=labels)
    for (by, name), latency in stored.times.items():
        for stage, wait in latency.waits.items():
            family.add_metric((by, name, stage, "0.5"), wait.p50)
            family.add_metric((by, name, stage, "0.95"), wait.p95)
    return family


def _named(counts: Mapping[tuple[AlertChannel, AlertState], int]) -> dict[tuple[str, ...], int]:
    """The labels as text; the channel of a removed subscription is "removed"."""
    return {(str(channel or "removed"), str(state)): n for (channel, state), n in counts.items()}


def _gauge(
    name: str, description: str, values: Mapping[tuple[str, ...], float], *labels: str
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"watchpost_{name}", description, labels=labels)
    for value_labels, value in values.items():
        family.add_metric(value_labels, value)
    return family
