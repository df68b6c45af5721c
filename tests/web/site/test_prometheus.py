"""What Prometheus reads, parsed as Prometheus would."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.domain.alerts import AlertState, ChannelKind, Outcome, PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.reasons import DeliveryReason, FeedReason
from monitor.store.reports.latency import AlertLatency, TimeToAlert
from monitor.web.site.prometheus import Metrics, failure
from tests.fakes import NOW, article, entry
from tests.web.machines.test_health_check import WELL


def samples(meters: Metrics, figures=None) -> dict[tuple[str, ...], float]:
    """(name, label values…) → value."""
    text = meters.text(figures, NOW).decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def polled(state: FeedState, error: str | None = None, **more) -> PollResult:
    return PollResult(
        feed_key="f", state=PollState(due_at=NOW, state=state, last_error=error), **more
    )


def test_polls_are_counted_by_outcome_and_failures_by_cause():
    meters = Metrics()
    meters.polled([
        polled(FeedState.OK, entries=40), polled(FeedState.UNCHANGED),
        polled(FeedState.FAILING, "timeout: no answer"),
        polled(FeedState.FAILING, "limits: 10 s of processor time"),
    ])  # fmt: skip
    found = samples(meters)
    assert found["watchpost_polls_total", "ok"] == 1
    assert found["watchpost_polls_total", "failing"] == 2
    assert found["watchpost_poll_failures_total", "timeout"] == 1
    assert found["watchpost_parse_kills_total",] == 1
    assert found["watchpost_entries_read_total",] == 40


def test_the_time_to_the_flag_leaves_out_the_backlog_and_what_has_no_date():
    published = entry(published_at=NOW - timedelta(minutes=4))
    meters = Metrics()
    meters.polled([polled(FeedState.OK, articles=(
        article("a", entry=published), article("b", entry=published, backlog=True), article("c"),
    ))])  # fmt: skip
    found = samples(meters)
    assert found["watchpost_articles_flagged_total",] == 3
    assert found["watchpost_publication_to_flag_seconds_count",] == 1
    assert found["watchpost_publication_to_flag_seconds_sum",] == 240
    assert found["watchpost_publication_to_flag_seconds_bucket", "120.0"] == 0
    assert found["watchpost_publication_to_flag_seconds_bucket", "300.0"] == 1


def test_an_article_dated_ahead_took_no_time():
    ahead = article("a", entry=entry(published_at=NOW + timedelta(hours=1)))
    meters = Metrics()
    meters.polled([polled(FeedState.OK, articles=(ahead,))])
    assert samples(meters)["watchpost_publication_to_flag_seconds_sum",] == 0


def test_missed_ticks_are_counted_by_tick():
    meters = Metrics()
    meters.missed("poll", 3)
    assert samples(meters)["watchpost_missed_ticks_total", "poll"] == 3


def test_what_the_database_knows_is_told():
    figures = {
        "alerts": {
            (ChannelKind.EMAIL, AlertState.SENT): 5,
            (None, AlertState.DEAD): 2,
        },
        "attempts": {(Outcome.LATER, DeliveryReason.TIMEOUT): 4},
        "oldest_alert_at": NOW - timedelta(seconds=90),
        "times": {
            ("channel", "email"): TimeToAlert(
                alerts=2, waits={"decided": AlertLatency(p50=3, p95=7)}
            )
        },
    }
    found = samples(Metrics(), replace(WELL, **figures))
    assert found["watchpost_database_up",] == 1
    assert found["watchpost_feeds", "unchanged"] == 4
    assert found["watchpost_alerts", "email", "sent"] == 5
    assert found["watchpost_alerts", "removed", "dead"] == 2
    assert found["watchpost_delivery_attempts_total", "later", "timeout"] == 4
    assert found["watchpost_oldest_pending_alert_seconds",] == 90
    took = {key[1:]: value for key, value in found.items() if "time_to_alert" in key[0]}
    assert took == {
        ("channel", "email", "0.5", "decided"): 3,
        ("channel", "email", "0.95", "decided"): 7,
    }


def test_without_a_database_its_numbers_are_left_out_and_it_is_said():
    found = samples(Metrics())
    assert found["watchpost_database_up",] == 0
    assert not [name for name, *_ in found if name == "watchpost_feeds"]


@pytest.mark.parametrize(
    ("state", "error", "reason"),
    [
        (FeedState.FAILING, "dns: no such name", FeedReason.DNS),
        (FeedState.GONE, "gone: 410", FeedReason.GONE),
        (FeedState.FAILING, "something else", None),
        (FeedState.DEGRADED, "timeout: in the document's own words", None),
    ],
)
def test_the_cause_is_one_of_a_closed_list(state, error, reason):
    assert failure(polled(state, error)) is reason
