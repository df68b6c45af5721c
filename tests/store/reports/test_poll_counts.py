"""Hours tell whether anybody watched."""

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


def watched(store, since, until, step=MINUTE):
    while since < until:
        store.record_heartbeat(since)
        since += step


def test_polls_are_counted_and_failed_ones_too(store):
    polled(store, NOW)
    polled(store, NOW + MINUTE)
    polled(store, NOW + 2 * MINUTE, state=FeedState.FAILING)
    polled(store, NOW + HOUR, name="two")
    found = store.coverage(NOW, NOW + 3 * MINUTE)
    assert (found.polls, found.failed) == (3, 1)
    found = store.coverage(NOW, NOW + 2 * HOUR)
    assert (found.polls, found.failed) == (4, 1)


def test_a_poll_that_is_not_kept_is_not_counted(store):
    store.commit([a_poll(a_feed("removed"), at=NOW)])
    assert store.coverage(NOW, NOW + HOUR).polls == 0


def test_a_service_that_ran_all_the_time_missed_nothing(store):
    watched(store, NOW, NOW + 2 * HOUR)
    assert store.coverage(NOW, NOW + 2 * HOUR).unwatched == timedelta()


def test_a_service_that_was_away_says_how_long(store):
    watched(store, NOW - HOUR, NOW + HOUR / 2)
    watched(store, NOW + 5 * HOUR, NOW + 6 * HOUR)
    found = store.coverage(NOW, NOW + 6 * HOUR)
    assert found.unwatched == timedelta(hours=4, minutes=30)


def test_three_services_at_once_do_not_watch_three_times(store):
    store.record_heartbeat(NOW - HOUR)
    watched(store, NOW, NOW + HOUR / 2, step=MINUTE / 3)
    assert store.coverage(NOW, NOW + HOUR).unwatched == HOUR / 2


def test_what_was_before_the_first_whole_hour_does_not_count(store):
    assert store.coverage(NOW, NOW + HOUR).unwatched == timedelta()
    watched(store, NOW + HOUR / 4, NOW + HOUR)
    assert store.coverage(NOW - timedelta(days=1), NOW + HOUR).unwatched == timedelta()


def test_who_polls_by_a_clock_of_his_own_watches_too(store):
    polled(store, NOW)
    assert store.coverage(NOW, NOW + HOUR).unwatched == timedelta()
    assert store.coverage(NOW, NOW + 2 * HOUR).unwatched == HOUR


@pytest.mark.parametrize("minutes", [0, 20, 45])
def test_a_span_may_begin_and_end_within_an_hour(store, minutes):
    watched(store, NOW - HOUR, NOW + 3 * HOUR)
    shift = minutes * MINUTE
    assert store.coverage(NOW + shift, NOW + HOUR + shift).unwatched == timedelta()
