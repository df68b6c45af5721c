"""Clock correction: what a clock that was ahead has planned is due now, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, EndpointHealth, Outcome
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason
from monitor.domain.errors import FetchError
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.reasons import FeedReason
from monitor.polling import next_poll, poll_state
from monitor.polling.next_poll import PollIntervals
from monitor.store.commit.clock_correction import ClockLimits
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
    change_schedule,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = ClockLimits(
    intervals=PollIntervals(every=30 * MINUTE, fastest=5 * MINUTE, slowest=2 * HOUR), lease=MINUTE
)
JUMPS = pytest.mark.parametrize("ahead", [HOUR, 10 * DAY])


def claimed(store: Store) -> list[str]:
    claims = store.feeds.claim(NOW, limit=10, lease=MINUTE)
    return sorted(claim.feed.key for claim in claims)


def failing(name: str, at, failures: int = 1):
    """A feed that failed so often, the last time at this instant, planned as the service does."""
    feed = a_feed(name, poll=PollState(due_at=at, failures=failures - 1))
    state = poll_state.next_state(feed, at, None, None, FetchError(FeedReason.STATUS, "503"))
    planned = poll_state.with_next_poll(feed, state, at, LIMITS.intervals)
    return replace(feed, poll=planned)


@JUMPS
def test_a_feed_polled_in_the_future_is_due_now(store, ahead):
    feed = failing("ahead", NOW + ahead, failures=8)
    store.feeds.add(feed)
    assert claimed(store) == []
    assert store.correct_times(NOW, LIMITS).counts() == {"feeds": 1}
    assert store.feeds.find(feed.key).poll.due_why == "now: the clock was set back"
    assert claimed(store) == [feed.key]


@JUMPS
@pytest.mark.parametrize("why", ["", next_poll.HOST_BUSY, next_poll.RESUMED])
def test_a_feed_added_postponed_or_resumed_in_the_future_is_due_now(store, ahead, why):
    asked_at = NOW - HOUR if why else None
    feed = a_feed(poll=PollState(due_at=NOW + ahead + MINUTE, due_why=why, asked_at=asked_at))
    store.feeds.add(feed)
    store.correct_times(NOW, LIMITS)
    assert claimed(store) == [feed.key]


def test_times_planned_by_a_right_clock_stay(store):
    feeds = [
        failing("just", NOW),
        failing("before", NOW - HOUR, failures=9),
        failing("seconds", NOW + 4 * MINUTE),  # the clock of another machine
        replace(
            a_feed("rare", every=30 * DAY),
            poll=PollState(due_at=NOW + 29 * DAY, asked_at=NOW - DAY),
        ),
    ]
    store.feeds.add_all(feeds)
    assert store.correct_times(NOW, LIMITS).counts() == {}
    assert [store.feeds.find(feed.key).poll for feed in feeds] == [feed.poll for feed in feeds]


@JUMPS
def test_leases_of_the_future_end(store, ahead):
    subscription, article = a_subscription(), an_article()
    store.feeds.add(a_feed())
    store.subscriptions.add(subscription)
    store.commit([a_poll(a_feed(), article, alerts=(an_alert(article, subscription),))])
    later = NOW + ahead
    feeds = store.feeds.claim(later, limit=10, lease=MINUTE, due_only=False)
    (alert,) = store.outbox.claim(later, limit=10, per_subscription=10, lease=MINUTE)
    counts = store.correct_times(NOW, LIMITS).counts()
    assert (counts["leased_feeds"], counts["leased_alerts"]) == (1, 1)
    (again,) = store.outbox.claim(NOW, limit=10, per_subscription=10, lease=MINUTE)
    assert again.alert.key == alert.alert.key
    assert store.feeds.extend(feeds, later) == set()


def test_a_lease_of_now_is_kept(store):
    store.feeds.add(a_feed())
    feeds = store.feeds.claim(NOW, limit=10, lease=MINUTE)
    store.correct_times(NOW, LIMITS)
    assert store.feeds.extend(feeds, NOW + MINUTE) == {feeds[0].token}


def alerted(store: Store, **changes):
    subscription, article = a_subscription(), an_article()
    store.feeds.add(a_feed())
    store.subscriptions.add(subscription)
    alert = an_alert(article, subscription, **changes)
    poll = a_poll(a_feed(), article, alerts=(alert,))
    store.commit([replace(poll, state=replace(poll.state, asked_at=NOW))])
    return alert


def sendable(store: Store) -> list[str]:
    claims = store.outbox.claim(NOW, limit=10, per_subscription=10, lease=MINUTE)
    return [claim.alert.key for claim in claims]


@JUMPS
def test_an_alert_decided_in_the_future_is_due_now(store, ahead):
    alert = alerted(store, created_at=NOW + ahead, due_at=NOW + ahead)
    assert sendable(store) == []
    assert store.correct_times(NOW, LIMITS).counts() == {"alerts": 1}
    assert sendable(store) == [alert.key]


@JUMPS
def test_a_retry_planned_in_the_future_and_the_rest_of_its_receiver_end(store, ahead):
    alert, later = alerted(store), NOW + ahead
    (claim,) = store.outbox.claim(later, limit=1, per_subscription=1, lease=MINUTE)
    attempt = an_attempt(alert, Outcome.LATER, at=later)
    store.outbox.record(attempt, token=claim.token, due_at=later + 5 * MINUTE)
    health = EndpointHealth(failures=1, failed_at=later, paused_until=later + 5 * MINUTE)
    store.subscriptions.set_health(alert.subscription_key, health)
    assert store.correct_times(NOW, LIMITS).counts() == {"alerts": 1, "receivers": 1}
    assert sendable(store) == [alert.key]


def test_a_retry_planned_by_a_right_clock_stays(store):
    alert = alerted(store)
    (claim,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=MINUTE)
    attempt = an_attempt(alert, Outcome.LATER, at=NOW)
    store.outbox.record(attempt, token=claim.token, due_at=NOW + 26 * HOUR)
    assert store.correct_times(NOW, LIMITS).counts() == {}


@JUMPS
def test_alerts_held_in_the_future_are_checked_now(store, ahead):
    schedule = DeliverySchedule(every=Frequency.DAILY)
    held = {"state": AlertState.HELD, "held_for": HoldReason.DIGEST}
    later = NOW + ahead
    alert = alerted(store, created_at=later, due_at=later + DAY, **held)
    change_schedule(store, alert.subscription_key, schedule, later)
    store.digests.close_digest(alert.subscription_key, later)
    assert store.correct_times(NOW, LIMITS).counts() == {"digests": 1}
    store.digests.close_due(NOW)
    assert store.digests.outlook()[alert.subscription_key].next_at <= NOW + DAY
    store.digests.close_due(NOW + DAY)
    assert store.outbox.find(alert.key).state is AlertState.GATHERED


def test_a_feed_of_any_state_is_asked_after_a_clock_that_was_ahead(store):
    """The whole way: polled ahead, the clock set back, and polled again."""
    for state in (FeedState.OK, FeedState.EMPTY, FeedState.SILENT):
        feed = a_feed(state)
        store.feeds.add(feed)
        (claim,) = store.feeds.claim(NOW + HOUR, limit=1, lease=MINUTE, only=[feed.key])
        polled = PollState(due_at=NOW + 2 * HOUR, asked_at=NOW + HOUR, state=state)
        store.commit([replace(a_poll(feed), state=polled, token=claim.token)])
    store.correct_times(NOW, LIMITS)
    assert len(claimed(store)) == 3
