"""Health check: metrics of the store, and the status and reasons that follow from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.operations import service_health
from monitor.actions.operations.service_health import LATE, ServiceStatus
from monitor.domain.feeds import FeedState
from monitor.store.reports.work_state import ReceiverCounts, WorkState
from tests.fakes import NOW

LONG_AGO = NOW - timedelta(days=9)
TOO_LATE = NOW - LATE - timedelta(seconds=1)
HEALTHY = WorkState(
    feeds={FeedState.OK: 3, FeedState.UNCHANGED: 4, FeedState.PAUSED: 1, FeedState.NEW: 0},
    last_read_at=NOW,
    feed_due_at=NOW + timedelta(minutes=3),
    oldest_alert_at=None,
    alert_due_at=None,
    last_attempt_at=None,
    receivers=ReceiverCounts(active=3),
)


def status_of(stored: WorkState, started_at=LONG_AGO, **options) -> service_health.HealthStatus:
    return service_health.health_status(stored, NOW, started_at=started_at, **options)


def test_a_healthy_service_is_ok_without_reasons():
    health = status_of(HEALTHY)
    assert (health.status, health.reasons) == (ServiceStatus.OK, ())
    assert health.feeds == {FeedState.OK: 3, FeedState.UNCHANGED: 4, FeedState.PAUSED: 1}


def test_a_service_without_feeds_and_alerts_is_ok():
    empty = replace(HEALTHY, feeds={}, last_read_at=None, feed_due_at=None)
    assert status_of(empty).status is ServiceStatus.OK


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        (
            {"feed_due_at": TOO_LATE, "last_read_at": TOO_LATE},
            ServiceStatus.DOWN,
            "polling has stopped",
        ),
        (
            {"feed_due_at": TOO_LATE, "last_read_at": None},
            ServiceStatus.DOWN,
            "polling has stopped",
        ),
        ({"alert_due_at": TOO_LATE}, ServiceStatus.DOWN, "delivery has stopped"),
        (
            {"feeds": {FeedState.FAILING: 2, FeedState.PAUSED: 1}},
            ServiceStatus.DOWN,
            "no feed can be",
        ),
        ({"feeds": {FeedState.OK: 2, FeedState.GONE: 1}}, ServiceStatus.DEGRADED, "1 of 3 feeds"),
    ],
)
def test_a_fault_is_named_in_the_reasons(changes, status, reason):
    health = status_of(replace(HEALTHY, **changes))
    assert health.status is status
    assert reason in health.reasons[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"feed_due_at": TOO_LATE},  # thousands of feeds wait while others are read
        {"alert_due_at": NOW - LATE},
        {"alert_due_at": TOO_LATE, "last_attempt_at": NOW},  # a slow receiver, and a long queue
        {"feeds": {FeedState.PAUSED: 2}},
    ],
)
def test_slow_polls_and_paused_feeds_are_no_fault(changes):
    assert status_of(replace(HEALTHY, **changes)).status is ServiceStatus.OK


def test_work_due_before_the_start_is_late_from_the_start_on():
    after_downtime = replace(HEALTHY, feed_due_at=LONG_AGO, last_read_at=LONG_AGO)
    assert status_of(after_downtime, started_at=NOW).status is ServiceStatus.OK
    assert status_of(after_downtime, started_at=TOO_LATE).status is ServiceStatus.DOWN


def test_a_fault_of_the_service_degrades_it():
    health = status_of(HEALTHY, faults={"pack": "weights are damaged"})
    assert (health.status, health.reasons) == (
        ServiceStatus.DEGRADED,
        ("pack: weights are damaged",),
    )


def test_failing_and_disabled_receivers_degrade_the_service_whatever_waits_for_them():
    receivers = ReceiverCounts(active=3, failing=1, disabled=1)
    health = status_of(replace(HEALTHY, receivers=receivers, oldest_alert_at=LONG_AGO))
    assert health.status is ServiceStatus.DEGRADED
    assert health.reasons == (
        "1 of 3 receivers accept no message now: see `monitor subscriptions list`",
        "1 subscription is disabled: see `monitor subscriptions list`",
    )


def test_a_silent_feed_degrades_the_service():
    health = status_of(replace(HEALTHY, feeds={FeedState.OK: 2, FeedState.SILENT: 1}))
    assert health.status is ServiceStatus.DEGRADED
    assert health.reasons == ("1 of 3 feeds are silent: see `monitor feeds list --state silent`",)


def test_a_database_that_does_not_answer_is_down():
    assert service_health.unreachable_database("gone").status is ServiceStatus.DOWN


AHEAD = replace(HEALTHY, feeds_ahead=3, last_read_at=None, feed_due_at=NOW + timedelta(days=10))


def test_feeds_that_wait_for_a_time_of_a_wrong_clock_degrade_the_service_at_once():
    health = status_of(AHEAD, started_at=NOW)
    assert health.status is ServiceStatus.DEGRADED
    assert health.reasons == (
        "clock: 3 feeds were polled in the future: the clock was ahead, or is behind",
    )


def test_feeds_that_nobody_polls_after_the_clock_was_set_back_are_a_stop():
    health = status_of(AHEAD, started_at=TOO_LATE)
    assert health.status is ServiceStatus.DOWN
    assert health.reasons[0].startswith("polling has stopped: 3 feeds were polled in the future")


def test_one_such_feed_among_others_that_are_read_is_no_stop():
    health = status_of(replace(HEALTHY, feeds_ahead=1), started_at=TOO_LATE)
    assert health.status is ServiceStatus.DEGRADED
