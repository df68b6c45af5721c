"""Prometheus metrics, read with Prometheus' own parser."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.domain.alerts import AlertState, ChannelKind, Outcome, PollCounts, PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.jobs.job import JobKind
from monitor.domain.reasons import DeliveryReason, FeedReason
from monitor.store.jobs.job_repository import JobCounts
from monitor.store.reports.latency import AlertLatency, TimeToAlert
from monitor.store.reports.metrics import StoreMetrics, StoreState
from monitor.web.site.prometheus import Metrics, failure
from tests.actions.operations.test_service_health import HEALTHY
from tests.fakes import NOW, article, entry

STORED = StoreState(
    **{field.name: getattr(HEALTHY, field.name) for field in fields(HEALTHY)},
    articles=10,
    flagged=1,
    alerts={},
    attempts={},
)


def samples(metrics: Metrics, stored=None) -> dict[tuple[str, ...], float]:
    """(name, label values…) → value."""
    text = metrics.text(stored, NOW).decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def polled(state: FeedState, error: str | None = None, **changes) -> PollCounts:
    result = PollResult(
        feed_key="f", state=PollState(due_at=NOW, state=state, last_error=error), **changes
    )
    return result.counts()


def test_polls_are_counted_by_outcome_and_failures_by_cause():
    metrics = Metrics()
    metrics.polled([
        polled(FeedState.OK, entries=40), polled(FeedState.UNCHANGED),
        polled(FeedState.FAILING, "timeout: no answer"),
        polled(FeedState.FAILING, "limits: 10 s of processor time"),
    ])  # fmt: skip
    values = samples(metrics)
    assert values["watchpost_polls_total", "ok"] == 1
    assert values["watchpost_polls_total", "failing"] == 2
    assert values["watchpost_poll_failures_total", "timeout"] == 1
    assert values["watchpost_parse_kills_total",] == 1
    assert values["watchpost_entries_read_total",] == 40


def test_the_time_to_the_flag_leaves_out_the_backlog_and_articles_without_a_date():
    published = entry(published_at=NOW - timedelta(minutes=4))
    metrics = Metrics()
    metrics.polled([polled(FeedState.OK, articles=(
        article("a", entry=published), article("b", entry=published, backlog=True), article("c"),
    ))])  # fmt: skip
    values = samples(metrics)
    assert values["watchpost_articles_flagged_total",] == 3
    assert values["watchpost_publication_to_flag_seconds_count",] == 1
    assert values["watchpost_publication_to_flag_seconds_sum",] == 240
    assert values["watchpost_publication_to_flag_seconds_bucket", "120.0"] == 0
    assert values["watchpost_publication_to_flag_seconds_bucket", "300.0"] == 1


def test_an_article_dated_ahead_took_no_time():
    ahead = article("a", entry=entry(published_at=NOW + timedelta(hours=1)))
    metrics = Metrics()
    metrics.polled([polled(FeedState.OK, articles=(ahead,))])
    assert samples(metrics)["watchpost_publication_to_flag_seconds_sum",] == 0


def test_missed_ticks_are_counted_by_tick():
    metrics = Metrics()
    metrics.missed("poll", 3)
    assert samples(metrics)["watchpost_missed_ticks_total", "poll"] == 3


def test_the_metrics_of_the_database_are_exported():
    changes = {
        "alerts": {
            (ChannelKind.EMAIL, AlertState.SENT): 5,
            (None, AlertState.DEAD): 2,
        },
        "attempts": {(Outcome.LATER, DeliveryReason.TIMEOUT): 4},
        "oldest_alert_at": NOW - timedelta(seconds=90),
    }
    waits = {"decided": AlertLatency(p05=1, p50=3, p95=7)}
    times = {("channel", "email"): TimeToAlert(alerts=2, waits=waits)}
    stored = StoreMetrics(state=replace(STORED, **changes), times=times)
    values = samples(Metrics(), stored)
    assert values["watchpost_database_up",] == 1
    assert values["watchpost_feeds", "unchanged"] == 4
    assert values["watchpost_alerts", "email", "sent"] == 5
    assert values["watchpost_alerts", "removed", "dead"] == 2
    assert values["watchpost_delivery_attempts_total", "later", "timeout"] == 4
    assert values["watchpost_oldest_pending_alert_seconds",] == 90
    latencies = {key[1:]: value for key, value in values.items() if "time_to_alert" in key[0]}
    assert latencies == {
        ("channel", "email", "0.5", "decided"): 3,
        ("channel", "email", "0.95", "decided"): 7,
    }


def test_jobs_are_counted_by_kind_and_state():
    counts = JobCounts(waiting=2, running=1, oldest_waiting_at=NOW - timedelta(seconds=40))
    jobs = {JobKind.BACKTEST: counts}
    stored = StoreMetrics(state=STORED, times={}, jobs=jobs, job_file_bytes=1_234)
    values = samples(Metrics(), stored)
    assert values["watchpost_jobs", "backtest", "waiting"] == 2
    assert values["watchpost_jobs", "backtest", "running"] == 1
    assert values["watchpost_jobs", "backtest", "failed"] == 0
    assert values["watchpost_oldest_waiting_job_seconds", "backtest"] == 40
    assert values["watchpost_job_file_bytes",] == 1_234


def test_without_a_database_its_metrics_are_left_out_and_database_up_is_0():
    values = samples(Metrics())
    assert values["watchpost_database_up",] == 0
    assert not [name for name, *_ in values if name == "watchpost_feeds"]


@pytest.mark.parametrize(
    ("state", "error", "reason"),
    [
        (FeedState.FAILING, "dns: no such name", FeedReason.DNS),
        (FeedState.GONE, "gone: 410", FeedReason.GONE),
        (FeedState.FAILING, "something else", None),
        (FeedState.DEGRADED, "timeout: in the document's own words", None),
    ],
)
def test_the_reason_of_a_failure_is_from_a_closed_list(state, error, reason):
    assert failure(polled(state, error)) is reason
