"""Leases with hubs, kept; and what a hub's word does to a feed."""

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


def followed(store: Store, **state: object) -> HubSubscription:
    """A feed that is due in an hour, and a live lease for it."""
    poll = PollState(due_at=NOW + HOUR, state=FeedState.OK, asked_at=NOW - HOUR)
    store.feeds.add(a_feed(poll=replace(poll, **state)))
    store.websub.sync({KEY: (HUB, TOPIC)}, NOW)
    lease = store.websub.by_feed(KEY)
    live = replace(
        lease, state=HubSubscriptionState.LIVE, until=NOW + DAY, callback=US + lease.token
    )
    store.websub.save(live)
    return live


def polled(store: Store, at, *articles) -> Feed:
    """The feed after a poll that was begun then."""
    feed = store.feeds.find(KEY)
    state = replace(feed.poll, asked_at=at, due_at=at + HOUR, due_why="")
    store.commit([a_poll(feed, *articles, state=state)])
    return store.feeds.find(KEY)


class TestFollow:
    def test_wishes_for_what_is_announced_once(self, store: Store) -> None:
        lease = followed(store)
        store.websub.sync({KEY: (HUB, TOPIC)}, NOW)
        assert store.websub.by_token(lease.token) == lease
        assert store.websub.by_feed("nobody") is None

    def test_begins_anew_with_another_hub_or_topic(self, store: Store) -> None:
        lease = followed(store)
        store.websub.sync({KEY: (HUB, TOPIC + "2")}, NOW)
        new = store.websub.by_feed(KEY)
        assert (new.topic, new.state) == (TOPIC + "2", HubSubscriptionState.WANTED)
        assert store.websub.by_token(lease.token) is None

    def test_lets_a_lease_end_that_is_announced_no_more(self, store: Store) -> None:
        lease = followed(store)
        store.websub.sync({}, NOW)
        assert store.websub.by_feed(KEY).due_at == lease.until
        store.websub.sync({}, lease.until)
        assert store.websub.by_feed(KEY) is None

    def test_ends_with_the_trust_in_it_where_nobody_asks_the_feed(self, store: Store) -> None:
        lease = followed(store)
        store.websub.record_notification(lease, NOW)
        assert polled(store, NOW, an_article("one")).pushed_until == lease.until
        store.websub.sync({}, NOW, left=[KEY])
        assert store.websub.by_feed(KEY) is None
        assert store.feeds.find(KEY).pushed_until is None
        (farewell,) = store.websub.due_unsubscribes(NOW, limit=9)
        assert (farewell.callback, farewell.until) == (lease.callback, lease.until)
        store.websub.save_unsubscribe(websub.said(farewell, NOW))
        assert store.websub.due_unsubscribes(NOW, limit=9) == []
        assert store.websub.unsubscribe_by_token(lease.token).tries == 1
        store.websub.delete_unsubscribe(farewell)
        assert store.websub.unsubscribe_by_token(lease.token) is None

    def test_leaves_an_address_that_can_not_be_stored(self, store: Store) -> None:
        store.feeds.add(a_feed())
        store.websub.sync({KEY: (HUB, "https://a.example/" + "a" * 2_000)}, NOW)
        assert store.websub.by_feed(KEY) is None

    def test_ends_with_the_feed(self, store: Store) -> None:
        lease = followed(store)
        store.feeds.remove(KEY)
        assert store.websub.by_token(lease.token) is None
        store.websub.save(lease)
        store.websub.record_notification(lease, NOW)


class TestDue:
    def test_is_what_has_something_to_do(self, store: Store) -> None:
        lease = followed(store)
        assert store.websub.due(NOW, limit=9, address=US) == [lease]
        store.websub.save(replace(lease, due_at=NOW + HOUR))
        assert store.websub.due(NOW, limit=9, address=US) == []

    def test_is_what_was_told_another_address(self, store: Store) -> None:
        lease = replace(followed(store), due_at=NOW + HOUR)
        store.websub.save(lease)
        assert store.websub.due(NOW, limit=9, address="https://new.example/") == [lease]


class TestHear:
    def test_makes_the_feed_due_and_says_why(self, store: Store) -> None:
        store.websub.record_notification(followed(store), NOW)
        poll = store.feeds.find(KEY).poll
        assert (poll.due_at, poll.due_why) == (NOW, "now: its hub announced news")
        assert store.websub.by_feed(KEY).heard_at == NOW

    @pytest.mark.parametrize(
        ("state", "due_at"),
        [
            ({"asked_at": NOW - timedelta(seconds=5)}, NOW + timedelta(seconds=55)),
            ({"hints": PublisherHints(wait=90 * MINUTE)}, NOW + 30 * MINUTE),
            # there is news, says the publisher himself
            ({"hints": PublisherHints(ttl=90 * MINUTE, fresh_for=DAY)}, NOW),
            ({"state": FeedState.FAILING}, NOW + HOUR),
            ({"state": FeedState.GONE}, NOW + HOUR),
            ({"due_at": NOW - MINUTE}, NOW - MINUTE),
        ],
    )  # fmt: skip
    def test_never_sooner_than_is_polite(self, store: Store, state, due_at) -> None:
        store.websub.record_notification(followed(store, **state), NOW)
        assert store.feeds.find(KEY).poll.due_at == due_at

    def test_while_a_poll_is_under_way_counts_after_it(self, store: Store) -> None:
        store.websub.record_notification(followed(store), NOW + timedelta(seconds=3))
        feed = polled(store, NOW)
        assert feed.poll.due_at == NOW + MINUTE
        assert polled(store, NOW + 2 * MINUTE).poll.due_at == NOW + 2 * MINUTE + HOUR


class TestTrust:
    def test_is_won_by_announcing_and_lost_by_silence(self, store: Store) -> None:
        lease = followed(store)
        assert polled(store, NOW).pushed_until is None
        store.websub.record_notification(lease, NOW + HOUR)
        assert polled(store, NOW + HOUR, an_article("one")).pushed_until == lease.until
        assert polled(store, NOW + 2 * HOUR).pushed_until == lease.until
        assert polled(store, NOW + 3 * HOUR, an_article("two")).pushed_until is None

    def test_ends_with_the_lease(self, store: Store) -> None:
        lease = followed(store)
        store.websub.record_notification(lease, NOW)
        polled(store, NOW, an_article("one"))
        store.websub.save(websub.settled(lease, NOW + 2 * DAY))
        assert polled(store, NOW + HOUR).pushed_until is None
