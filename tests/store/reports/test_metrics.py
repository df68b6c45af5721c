"""Metrics of the store: grouped counts and times of one instant."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.alerts import (
    AlertState,
    ChannelKind,
    EndpointHealth,
    Outcome,
    SubscriptionState,
)
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.reasons import DeliveryReason
from monitor.store.reports.metrics import ReceiverCounts
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)


def test_an_empty_store_has_no_times_and_only_zeros(store: Store):
    state = store.state(NOW)
    assert set(state.feeds.values()) == {0}
    assert (state.articles, state.flagged, state.alerts, state.attempts) == (0, 0, {}, {})
    assert (state.last_read_at, state.feed_due_at) == (None, None)
    assert (state.oldest_alert_at, state.alert_due_at) == (None, None)


def test_feeds_are_grouped_and_leased_feeds_are_not_overdue(store: Store):
    read, paused, leased = a_feed("read"), a_feed("paused", paused=True), a_feed("leased")
    poll = replace(read.poll, state=FeedState.OK, last_ok_at=NOW, due_at=NOW + MINUTE)
    store.feeds.add_all([replace(read, poll=poll), paused, leased])
    store.feeds.claim(NOW, limit=9, lease=MINUTE, only=[leased.key])
    state = store.state(NOW)
    assert (state.feeds[FeedState.OK], state.feeds[FeedState.PAUSED]) == (1, 1)
    assert (state.last_read_at, state.feed_due_at) == (NOW, NOW + MINUTE)
    assert store.state(NOW + MINUTE).feed_due_at == NOW


def test_alerts_and_attempts_are_grouped_by_channel(store: Store):
    feed, hook = a_feed(), a_subscription("hook")
    mail = a_subscription("mail", channel=ChannelKind.EMAIL, address="me@watch.example")
    store.feeds.add_all([feed])
    for asker in (hook, mail):
        store.subscriptions.add(asker)
    articles = [an_article("one", feed), a_rejected_article(feed=feed)]
    alerts = tuple(an_alert(articles[0], asker) for asker in (hook, mail))
    store.commit([a_poll(feed, *articles, alerts=alerts)])
    (claimed,) = store.outbox.claim(
        NOW, limit=1, per_subscription=1, lease=MINUTE, exclude=[hook.key]
    )
    store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
    state = store.state(NOW)
    assert (state.articles, state.flagged) == (2, 1)
    assert state.alerts == {
        (ChannelKind.WEBHOOK, AlertState.PENDING): 1, (ChannelKind.EMAIL, AlertState.SENT): 1,
    }  # fmt: skip
    assert state.attempts == {(Outcome.SENT, DeliveryReason.ACCEPTED): 1}
    assert (state.oldest_alert_at, state.alert_due_at) == (NOW, NOW)

    store.subscriptions.remove(mail.key, NOW)
    assert (None, AlertState.SENT) in store.state(NOW).alerts


def test_alerts_of_a_paused_subscription_are_not_late(store: Store):
    feed, asker, article = a_feed(), a_subscription(), an_article("one", a_feed())
    store.feeds.add_all([feed])
    store.subscriptions.add(asker)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    store.subscriptions.set_state(asker.key, SubscriptionState.PAUSED, "")
    state = store.state(NOW)
    assert state.alerts == {(ChannelKind.WEBHOOK, AlertState.PENDING): 1}
    assert (state.oldest_alert_at, state.alert_due_at) == (None, None)


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
    state = store.state(NOW + 3 * MINUTE)
    assert state.alert_due_at == paused_until
    assert state.last_attempt_at == NOW
    assert state.receivers == ReceiverCounts(active=1, failing=1, disabled=1)


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
    state = store.state(NOW)
    assert (state.last_read_at, state.feeds_ahead) == (NOW, 1)


def test_the_metrics_have_the_state_and_the_times_by_channel_and_feed(store: Store):
    feed, asker = a_feed(), a_subscription("hook")
    store.feeds.add_all([feed])
    store.subscriptions.add(asker)
    article = an_article("one", feed)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    (claimed,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=MINUTE)
    store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
    metrics = store.metrics(NOW)
    assert metrics.state == store.state(NOW)
    assert set(metrics.times) == {("channel", "webhook"), ("feed", feed.key)}
