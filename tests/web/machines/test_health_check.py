"""Does the service do its work?  A table of what the database knows and what that means."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.feeds import FeedState
from monitor.store.reports.metrics import StoreMetrics
from monitor.web.machines import health_check
from monitor.web.machines.health_check import LATE, Status
from tests.fakes import NOW

LONG_AGO = NOW - timedelta(days=9)
TOO_LATE = NOW - LATE - timedelta(seconds=1)
WELL = StoreMetrics(
    feeds={FeedState.OK: 3, FeedState.UNCHANGED: 4, FeedState.PAUSED: 1, FeedState.NEW: 0},
    last_read_at=NOW,
    feed_due_at=NOW + timedelta(minutes=3),
    articles=10,
    flagged=1,
    alerts={},
    oldest_alert_at=None,
    alert_due_at=None,
    attempts={},
    times={},
)


def judged(figures: StoreMetrics, started_at=LONG_AGO, **more) -> health_check.HealthStatus:
    return health_check.judge(figures, NOW, started_at=started_at, **more)


def test_all_is_well():
    found = judged(WELL)
    assert (found.status, found.reasons) == (Status.OK, ())
    assert found.feeds == {FeedState.OK: 3, FeedState.UNCHANGED: 4, FeedState.PAUSED: 1}


def test_a_service_without_feeds_and_alerts_is_well():
    empty = replace(WELL, feeds={}, last_read_at=None, feed_due_at=None)
    assert judged(empty).status is Status.OK


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"feed_due_at": TOO_LATE, "last_read_at": TOO_LATE}, Status.DOWN, "polling stands still"),
        ({"feed_due_at": TOO_LATE, "last_read_at": None}, Status.DOWN, "polling stands still"),
        ({"alert_due_at": TOO_LATE}, Status.DOWN, "delivering stands still"),
        ({"feeds": {FeedState.FAILING: 2, FeedState.PAUSED: 1}}, Status.DOWN, "no feed can be"),
        ({"feeds": {FeedState.OK: 2, FeedState.GONE: 1}}, Status.DEGRADED, "1 of 3 feeds"),
    ],
)
def test_what_is_wrong_is_said(changes, status, says):
    found = judged(replace(WELL, **changes))
    assert found.status is status
    assert says in found.reasons[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"feed_due_at": TOO_LATE},  # thousands wait their turn, and others are read meanwhile
        {"alert_due_at": NOW - LATE},
        {"feeds": {FeedState.PAUSED: 2}},
    ],
)
def test_what_is_only_slow_or_wanted_is_no_fault(changes):
    assert judged(replace(WELL, **changes)).status is Status.OK


def test_what_was_due_before_the_start_is_counted_from_the_start():
    after_a_night_off = replace(WELL, feed_due_at=LONG_AGO, last_read_at=LONG_AGO)
    assert judged(after_a_night_off, started_at=NOW).status is Status.OK
    assert judged(after_a_night_off, started_at=TOO_LATE).status is Status.DOWN


def test_a_pack_in_place_of_a_damaged_one_is_a_shortcoming():
    found = judged(WELL, faults={"pack": "weights are damaged"})
    assert (found.status, found.reasons) == (Status.DEGRADED, ("pack: weights are damaged",))


def test_silence_is_a_shortcoming():
    found = judged(replace(WELL, feeds={FeedState.OK: 2, FeedState.SILENT: 1}))
    assert found.status is Status.DEGRADED
    assert found.reasons == ("1 of 3 feeds are silent: see `monitor feeds list --state silent`",)


def test_a_database_that_does_not_answer_is_down():
    assert health_check.unreachable("gone").status is Status.DOWN
