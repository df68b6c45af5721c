"""State of the work of polling and delivering, which health follows from."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.alerts import EndpointHealth, Outcome, SubscriptionState
from monitor.domain.feeds import FeedState, PollState
from monitor.store.reports.work_state import ReceiverCounts
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
)


def test_an_empty_store_has_no_times_and_only_zeros(store: Store):
    work = store.work(NOW)
    assert set(work.feeds.values()) == {0}
    assert (work.last_read_at, work.feed_due_at) == (None, None)
    assert (work.oldest_alert_at, work.alert_due_at, work.last_attempt_at) == (None, None, None)


def test_feeds_are_grouped_and_leased_feeds_are_not_overdue(store: Store):
    read, paused, leased = a_feed("read"), a_feed("paused", paused=True), a_feed("leased")
    poll = replace(read.poll, state=FeedState.OK, last_ok_at=NOW, due_at=NOW + MINUTE)
    store.feeds.add_all([replace(read, poll=poll), paused, leased])
    store.feeds.claim(NOW, limit=9, lease=MINUTE, only=[leased.key])
    work = store.work(NOW)
    assert (work.feeds[FeedState.OK], work.feeds[FeedState.PAUSED]) == (1, 1)
    assert (work.last_read_at, work.feed_due_at) == (NOW, NOW + MINUTE)
    assert store.work(NOW + MINUTE).feed_due_at == NOW


def test_an_alert_of_a_paused_receiver_is_late_only_after_the_pause(store: Store):
    feed, asker, article = a_feed(), a_subscription(), an_article("one", a_feed())
    store.feeds.add_all([feed])
    store.subscriptions.add(asker)
    store.subscriptions.add(a_subscription("off", state=SubscriptionState.DISABLED))
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    (claimed,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=MINUTE)
    attempt = an_attempt(claimed.alert, Outcome.LATER)
    store.outbox.record(attempt, token=claimed.token, due_at=NOW + MINUTE)
    paused_until = NOW + 5 * MINUTE
    store.subscriptions.set_health(
        asker.key, EndpointHealth(failures=6, failing_since=NOW, paused_until=paused_until)
    )
    work = store.work(NOW + 3 * MINUTE)
    assert (work.alert_due_at, work.last_attempt_at) == (paused_until, None)
    assert store.work(paused_until).last_attempt_at == NOW
    assert work.receivers == ReceiverCounts(active=1, failing=1, disabled=1)


def test_a_time_in_the_future_is_no_proof_of_a_poll(store: Store):
    later = NOW + 60 * MINUTE
    feeds = [
        a_feed(
            name,
            paused=name == "paused",
            poll=PollState(due_at=at + 6 * MINUTE, asked_at=at, last_ok_at=at),
        )
        for name, at in {"ahead": later, "paused": later, "now": NOW}.items()
    ]
    store.feeds.add_all(feeds)
    work = store.work(NOW)
    assert (work.last_read_at, work.feeds_ahead) == (NOW, 1)
