"""The numbers of one instant, grouped."""

from __future__ import annotations

from monitor.domain import AlertState, ChannelKind, FeedState, Outcome, SubscriptionState
from monitor.store.store import Store
from tests.store.nouns import (
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
    found = store.figures(NOW)
    assert set(found.feeds.values()) == {0}
    assert (found.articles, found.flagged, found.alerts, found.attempts) == (0, 0, {}, {})
    assert (found.last_read_at, found.feed_due_at, found.oldest_alert_at, found.alert_due_at) == (
        None, None, None, None,
    )  # fmt: skip
