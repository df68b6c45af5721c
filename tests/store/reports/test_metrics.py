"""Metrics of the store: grouped counts and times of one instant."""

from __future__ import annotations

from monitor.domain.alerts import (
    AlertState,
    ChannelKind,
    Outcome,
    SubscriptionState,
)
from monitor.domain.reasons import DeliveryReason
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


def test_an_empty_store_has_only_zeros(store: Store):
    state = store.metrics(NOW).state
    assert (state.articles, state.flagged, state.alerts, state.attempts) == (0, 0, {}, {})
    assert state.last_attempt_at is None


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
    state = store.metrics(NOW).state
    assert (state.articles, state.flagged) == (2, 1)
    assert state.alerts == {
        (ChannelKind.WEBHOOK, AlertState.PENDING): 1, (ChannelKind.EMAIL, AlertState.SENT): 1,
    }  # fmt: skip
    assert state.attempts == {(Outcome.SENT, DeliveryReason.ACCEPTED): 1}
    assert state.last_attempt_at == NOW
    assert (state.oldest_alert_at, state.alert_due_at) == (NOW, NOW)

    store.subscriptions.remove(mail.key, NOW)
    assert (None, AlertState.SENT) in store.metrics(NOW).state.alerts


def test_alerts_of_a_paused_subscription_are_not_late(store: Store):
    feed, asker, article = a_feed(), a_subscription(), an_article("one", a_feed())
    store.feeds.add_all([feed])
    store.subscriptions.add(asker)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    store.subscriptions.set_state(asker.key, SubscriptionState.PAUSED, "")
    state = store.metrics(NOW).state
    assert state.alerts == {(ChannelKind.WEBHOOK, AlertState.PENDING): 1}
    assert (state.oldest_alert_at, state.alert_due_at) == (None, None)


def test_the_metrics_have_the_state_and_the_times_by_channel_and_feed(store: Store):
    feed, asker = a_feed(), a_subscription("hook")
    store.feeds.add_all([feed])
    store.subscriptions.add(asker)
    article = an_article("one", feed)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    (claimed,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=MINUTE)
    store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
    metrics = store.metrics(NOW)
    assert (metrics.state.articles, metrics.state.flagged) == (1, 1)
    assert set(metrics.times) == {("channel", "webhook"), ("feed", feed.key)}
