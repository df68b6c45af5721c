"""Hourly poll counts, and the time without a running service."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.feeds import FeedState
from tests.store.builders import MINUTE, NOW, a_feed, a_poll

HOUR = 60 * MINUTE


def polled(store, at, *, state=FeedState.OK, name="one"):
    feed = a_feed(name)
    store.feeds.add(feed)
    done = a_poll(feed, at=at)
    store.commit([replace(done, state=replace(done.state, state=state))])


def record_heartbeats(store, since, until, step=MINUTE):
    while since < until:
        store.record_heartbeat(since)
        since += step


def test_all_and_failed_polls_are_counted(store):
    polled(store, NOW)
    polled(store, NOW + MINUTE)
    polled(store, NOW + 2 * MINUTE, state=FeedState.FAILING)
    polled(store, NOW + HOUR, name="two")
    coverage = store.coverage(NOW, NOW + 3 * MINUTE)
    assert (coverage.polls, coverage.failed) == (3, 1)
    coverage = store.coverage(NOW, NOW + 2 * HOUR)
    assert (coverage.polls, coverage.failed) == (4, 1)


def test_a_poll_that_is_not_stored_is_not_counted(store):
    store.commit([a_poll(a_feed("removed"), at=NOW)])
    assert store.coverage(NOW, NOW + HOUR).polls == 0


def test_a_service_that_ran_all_the_time_has_no_gap(store):
    record_heartbeats(store, NOW, NOW + 2 * HOUR)
    assert store.coverage(NOW, NOW + 2 * HOUR).unwatched == timedelta()


def test_a_gap_between_services_is_measured(store):
    record_heartbeats(store, NOW - HOUR, NOW + HOUR / 2)
    record_heartbeats(store, NOW + 5 * HOUR, NOW + 6 * HOUR)
    coverage = store.coverage(NOW, NOW + 6 * HOUR)
    assert coverage.unwatched == timedelta(hours=4, minutes=30)


def test_three_services_at_once_count_once(store):
    store.record_heartbeat(NOW - HOUR)
    record_heartbeats(store, NOW, NOW + HOUR / 2, step=MINUTE / 3)
    assert store.coverage(NOW, NOW + HOUR).unwatched == HOUR / 2


def test_time_before_the_first_whole_hour_does_not_count(store):
    assert store.coverage(NOW, NOW + HOUR).unwatched == timedelta()
    record_heartbeats(store, NOW + HOUR / 4, NOW + HOUR)
    assert store.coverage(NOW - timedelta(days=1), NOW + HOUR).unwatched == timedelta()


def test_hours_with_polls_of_another_scheduler_are_watched(store):
    polled(store, NOW)
    assert store.coverage(NOW, NOW + HOUR).unwatched == timedelta()
    assert store.coverage(NOW, NOW + 2 * HOUR).unwatched == HOUR


@pytest.mark.parametrize("minutes", [0, 20, 45])
def test_a_span_may_begin_and_end_within_an_hour(store, minutes):
    record_heartbeats(store, NOW - HOUR, NOW + 3 * HOUR)
    shift = minutes * MINUTE
    assert store.coverage(NOW + shift, NOW + HOUR + shift).unwatched == timedelta()
