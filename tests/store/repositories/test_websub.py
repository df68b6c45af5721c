"""WebSub subscriptions are stored, and notifications of hubs make feeds due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.feeds import Feed, FeedState, PollState, PublisherHints
from monitor.polling import websub
from monitor.polling.websub import HubSubscription, HubSubscriptionState
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, an_article

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HUB, TOPIC, US = "https://hub.example/", "https://a.example/rss", "https://us.example/websub/"
KEY = a_feed().key


def subscribed(store: Store, **state: object) -> HubSubscription:
    """Store a feed that is due in an hour, and a live subscription for it."""
    poll = PollState(due_at=NOW + HOUR, state=FeedState.OK, asked_at=NOW - HOUR)
    store.feeds.add(a_feed(poll=replace(poll, **state)))
    store.websub.sync({KEY: (HUB, TOPIC)}, NOW)
    subscription = store.websub.by_feed(KEY)
    live = replace(
        subscription,
        state=HubSubscriptionState.ACTIVE,
        until=NOW + DAY,
        callback=US + subscription.token,
    )
    store.websub.save(live)
    return live


def polled(store: Store, at, *articles) -> Feed:
    """Poll the feed at this instant; return it as stored afterwards."""
    feed = store.feeds.find(KEY)
    state = replace(feed.poll, asked_at=at, due_at=at + HOUR, due_why="")
    store.commit([a_poll(feed, *articles, state=state)])
    return store.feeds.find(KEY)


class TestSync:
    def test_wants_each_announced_hub_once(self, store: Store) -> None:
        subscription = subscribed(store)
        store.websub.sync({KEY: (HUB, TOPIC)}, NOW)
        assert store.websub.by_token(subscription.token) == subscription
        assert store.websub.by_feed("nobody") is None

    def test_replaces_the_subscription_when_hub_or_topic_changes(self, store: Store) -> None:
        subscription = subscribed(store)
        store.websub.sync({KEY: (HUB, TOPIC + "2")}, NOW)
        new = store.websub.by_feed(KEY)
        assert (new.topic, new.state) == (TOPIC + "2", HubSubscriptionState.NOT_REQUESTED)
        assert store.websub.by_token(subscription.token) is None

    def test_lets_a_subscription_expire_that_is_announced_no_more(self, store: Store) -> None:
        subscription = subscribed(store)
        store.websub.sync({}, NOW)
        assert store.websub.by_feed(KEY).due_at == subscription.until
        store.websub.sync({}, subscription.until)
        assert store.websub.by_feed(KEY) is None

    def test_ends_the_subscription_and_its_trust_when_the_feed_is_no_longer_polled(
        self, store: Store
    ) -> None:
        subscription = subscribed(store)
        store.websub.record_notification(subscription, NOW)
        assert polled(store, NOW, an_article("one")).pushed_until == subscription.until
        store.websub.sync({}, NOW, left=[KEY])
        assert store.websub.by_feed(KEY) is None
        assert store.feeds.find(KEY).pushed_until is None
        (request,) = store.websub.due_unsubscribes(NOW, limit=9)
        assert (request.callback, request.until) == (subscription.callback, subscription.until)
        store.websub.save_unsubscribe(websub.after_unsubscribe_request(request, NOW))
        assert store.websub.due_unsubscribes(NOW, limit=9) == []
        assert store.websub.unsubscribe_by_token(subscription.token).tries == 1
        store.websub.delete_unsubscribe(request)
        assert store.websub.unsubscribe_by_token(subscription.token) is None

    def test_ignores_an_address_that_can_not_be_stored(self, store: Store) -> None:
        store.feeds.add(a_feed())
        store.websub.sync({KEY: (HUB, "https://a.example/" + "a" * 2_000)}, NOW)
        assert store.websub.by_feed(KEY) is None

    def test_a_removed_feed_ends_its_subscription(self, store: Store) -> None:
        subscription = subscribed(store)
        store.feeds.remove(KEY)
        assert store.websub.by_token(subscription.token) is None
        store.websub.save(subscription)
        store.websub.record_notification(subscription, NOW)


class TestDue:
    def test_lists_what_has_something_to_do(self, store: Store) -> None:
        subscription = subscribed(store)
        assert store.websub.due(NOW, limit=9, address=US) == [subscription]
        store.websub.save(replace(subscription, due_at=NOW + HOUR))
        assert store.websub.due(NOW, limit=9, address=US) == []

    def test_lists_what_has_an_old_callback_address(self, store: Store) -> None:
        subscription = replace(subscribed(store), due_at=NOW + HOUR)
        store.websub.save(subscription)
        assert store.websub.due(NOW, limit=9, address="https://new.example/") == [subscription]


class TestRecordNotification:
    def test_makes_the_feed_due_and_says_why(self, store: Store) -> None:
        store.websub.record_notification(subscribed(store), NOW)
        poll = store.feeds.find(KEY).poll
        assert (poll.due_at, poll.due_why) == (NOW, "now: its hub announced news")
        assert store.websub.by_feed(KEY).heard_at == NOW

    @pytest.mark.parametrize(
        ("state", "due_at"),
        [
            ({"asked_at": NOW - timedelta(seconds=5)}, NOW + timedelta(seconds=55)),
            ({"hints": PublisherHints(wait=90 * MINUTE)}, NOW + 30 * MINUTE),
            # the publisher itself announces news
            ({"hints": PublisherHints(ttl=90 * MINUTE, fresh_for=DAY)}, NOW),
            ({"state": FeedState.FAILING}, NOW + HOUR),
            ({"state": FeedState.GONE}, NOW + HOUR),
            ({"due_at": NOW - MINUTE}, NOW - MINUTE),
        ],
    )  # fmt: skip
    def test_respects_spacing_retry_after_and_the_state_of_the_feed(
        self, store: Store, state, due_at
    ) -> None:
        store.websub.record_notification(subscribed(store, **state), NOW)
        assert store.feeds.find(KEY).poll.due_at == due_at

    def test_during_a_poll_makes_the_feed_due_after_it(self, store: Store) -> None:
        store.websub.record_notification(subscribed(store), NOW + timedelta(seconds=3))
        feed = polled(store, NOW)
        assert feed.poll.due_at == NOW + MINUTE
        assert polled(store, NOW + 2 * MINUTE).poll.due_at == NOW + 2 * MINUTE + HOUR


class TestTrust:
    def test_is_gained_by_announcing_and_lost_by_not_announcing(self, store: Store) -> None:
        subscription = subscribed(store)
        assert polled(store, NOW).pushed_until is None
        store.websub.record_notification(subscription, NOW + HOUR)
        assert polled(store, NOW + HOUR, an_article("one")).pushed_until == subscription.until
        assert polled(store, NOW + 2 * HOUR).pushed_until == subscription.until
        assert polled(store, NOW + 3 * HOUR, an_article("two")).pushed_until is None

    def test_ends_with_the_subscription(self, store: Store) -> None:
        subscription = subscribed(store)
        store.websub.record_notification(subscription, NOW)
        polled(store, NOW, an_article("one"))
        store.websub.save(websub.without_expired_lease(subscription, NOW + 2 * DAY))
        assert polled(store, NOW + HOUR).pushed_until is None
