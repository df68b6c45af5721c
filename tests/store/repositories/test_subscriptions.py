"""Subscriptions are added, found, changed, confirmed, ended and removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, EndpointHealth, SubscriptionState
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.message_contents import SubscriptionConfirm
from monitor.search.article_filter import stored_filter
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription, an_alert, an_article


class TestAdd:
    def test_returns_whether_the_subscription_is_new(self, store: Store) -> None:
        assert store.subscriptions.add(a_subscription())
        assert not store.subscriptions.add(a_subscription())
        assert store.subscriptions.list() == [a_subscription()]

    def test_refuses_a_second_of_the_same_name(self, store: Store) -> None:
        store.subscriptions.add(a_subscription("desk"))
        assert not store.subscriptions.add(a_subscription("desk", key="another"))

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"name": ""}, "the subscription's name is empty"),
            ({"name": "a\x00"}, "name holds a character that can't be stored"),
            ({"name": "n" * 201}, "name is longer than 200 bytes"),
            ({"address": "\ud800"}, "address holds a character"),
            ({"signing_secret": "whsec_\x00"}, "secret holds a character"),
        ],
    )
    def test_refuses_text_that_can_not_be_stored(
        self, store: Store, changes: dict[str, str], fault: str
    ) -> None:
        with pytest.raises(ConfigError, match=fault):
            store.subscriptions.add(a_subscription(**changes))
        assert store.subscriptions.list() == []

    @pytest.mark.parametrize("score", [-0.1, 1.1, float("nan"), float("inf")])
    def test_refuses_a_score_outside_0_to_1(self, store: Store, score: float) -> None:
        with pytest.raises(StoreError, match="a value can't be stored"):
            store.subscriptions.add(a_subscription(min_score=score))
        assert store.subscriptions.list() == []


class TestFind:
    def test_by_key_by_name_and_by_the_beginning_of_a_key(self, store: Store) -> None:
        subscription = a_subscription("night desk")
        store.subscriptions.add(subscription)
        store.subscriptions.add(a_subscription("other"))
        for name in (subscription.key, "night desk", subscription.key[:6]):
            assert store.subscriptions.find(name) == subscription
        assert store.subscriptions.find("night") is None


class TestHealth:
    HEALTH = EndpointHealth(
        failures=4, refusals=1, failing_since=NOW, failed_at=NOW + MINUTE, paused_until=NOW + MINUTE
    )

    def test_is_stored_and_reset_on_activation(self, store: Store) -> None:
        subscription = a_subscription()
        store.subscriptions.add(subscription)
        assert store.subscriptions.set_health(subscription.key, self.HEALTH)
        assert store.subscriptions.find(subscription.key).health == self.HEALTH
        store.subscriptions.set_state(subscription.key, SubscriptionState.DISABLED, "410")
        assert store.subscriptions.find(subscription.key).health == self.HEALTH
        store.subscriptions.set_state(subscription.key, SubscriptionState.ACTIVE)
        assert store.subscriptions.find(subscription.key).health == EndpointHealth()

    def test_of_an_unknown_subscription_is_not_stored(self, store: Store) -> None:
        assert not store.subscriptions.set_health("nobody", self.HEALTH)


class TestRotate:
    DAY = timedelta(days=1)

    def test_keeps_the_old_secret_until_its_end(self, store: Store) -> None:
        subscription = a_subscription(signing_secret="whsec_a")
        store.subscriptions.add(subscription)
        end = NOW + self.DAY
        changed = store.subscriptions.rotate(subscription.key, "whsec_b", now=NOW, until=end)
        assert changed == store.subscriptions.find(subscription.key)
        assert (changed.signing_secret, changed.old_secrets) == ("whsec_b", (("whsec_a", end),))
        assert "whsec" not in repr(changed)

    def test_twice_in_a_row_keeps_both_and_deletes_those_that_ended(self, store: Store) -> None:
        subscription = a_subscription(signing_secret="whsec_a")
        store.subscriptions.add(subscription)
        for hours, secret in ((0, "whsec_b"), (1, "whsec_c"), (24, "whsec_d")):
            now = NOW + timedelta(hours=hours)
            stored = store.subscriptions.rotate(
                subscription.key, secret, now=now, until=now + self.DAY
            )
        ends = [NOW + timedelta(hours=hours) for hours in (25, 48)]
        assert stored.old_secrets == (("whsec_b", ends[0]), ("whsec_c", ends[1]))

    def test_at_once_ends_every_old_secret(self, store: Store) -> None:
        subscription = a_subscription(signing_secret="whsec_a")
        store.subscriptions.add(subscription)
        store.subscriptions.rotate(subscription.key, "whsec_b", now=NOW, until=NOW + self.DAY)
        stored = store.subscriptions.rotate(subscription.key, "whsec_c", now=NOW, until=NOW)
        assert stored.old_secrets == ()

    def test_refuses_more_secrets_than_the_maximum(self, store: Store) -> None:
        subscription = a_subscription(signing_secret="whsec_0")
        store.subscriptions.add(subscription)
        for number in range(1, 4):
            store.subscriptions.rotate(
                subscription.key, f"whsec_{number}", now=NOW, until=NOW + self.DAY
            )
        with pytest.raises(ConfigError, match="4 secrets are in use: wait until 2025-06-18 12:00"):
            store.subscriptions.rotate(subscription.key, "whsec_x", now=NOW, until=NOW + self.DAY)
        assert store.subscriptions.find(subscription.key).signing_secret == "whsec_3"
        with pytest.raises(ConfigError, match="no subscription"):
            store.subscriptions.rotate("nobody", "whsec_x", now=NOW, until=NOW)


def test_the_list_is_sorted_by_name(store: Store) -> None:
    for name in ("b", "C", "a"):
        store.subscriptions.add(a_subscription(name))
    assert [reader.name for reader in store.subscriptions.list()] == ["a", "b", "C"]


def test_a_new_state_keeps_its_reason(store: Store) -> None:
    subscription = a_subscription()
    store.subscriptions.add(subscription)
    assert store.subscriptions.set_state(subscription.key, SubscriptionState.DISABLED, "410: gone")
    stored = store.subscriptions.find(subscription.key)
    assert (stored.state, stored.state_reason) == (SubscriptionState.DISABLED, "410: gone")
    assert store.subscriptions.set_state(subscription.key, SubscriptionState.ACTIVE)
    assert store.subscriptions.find(subscription.key) == subscription
    assert not store.subscriptions.set_state("nobody", SubscriptionState.PAUSED, "")


def test_removing_one_lists_its_pending_alerts_as_undelivered(store: Store) -> None:
    feed, desk, other = a_feed(), a_subscription("desk"), a_subscription("other")
    article = an_article(feed=feed)
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    store.subscriptions.add(other)
    store.commit(
        [a_poll(feed, article, alerts=tuple(an_alert(article, to) for to in (desk, other)))]
    )
    store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)
    assert store.subscriptions.remove(desk.key, NOW)
    assert not store.subscriptions.remove(desk.key, NOW)
    (dead,) = store.outbox.list(state=AlertState.DEAD)
    assert dead.subscription_key == desk.key
    assert dead.last_error == "the subscription was removed"
    assert store.outbox.counts()[AlertState.PENDING] == 1
    assert not store.outbox.retry(dead.key, NOW)  # nobody to tell


def test_unsubscribing_ends_it_once_and_lists_pending_alerts_as_undelivered(store: Store) -> None:
    feed, desk = a_feed(), a_subscription("desk")
    article = an_article(feed=feed)
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, desk),))])
    assert store.subscriptions.unsubscribe(desk.key, "by its reader, today", NOW)
    assert not store.subscriptions.unsubscribe(desk.key, "by its reader, tomorrow", NOW)
    assert not store.subscriptions.unsubscribe("nobody", "today", NOW)
    stored = store.subscriptions.by_key(desk.key)
    assert stored is not None
    assert (stored.state, stored.state_reason) == (
        SubscriptionState.UNSUBSCRIBED, "by its reader, today",
    )  # fmt: skip
    (dead,) = store.outbox.list(state=AlertState.DEAD)
    assert dead.last_error == "its reader unsubscribed"


def test_by_key_needs_the_whole_key(store: Store) -> None:
    desk = a_subscription("desk")
    store.subscriptions.add(desk)
    assert store.subscriptions.by_key(desk.key) == desk
    assert store.subscriptions.by_key(desk.key[:10]) is None
    assert store.subscriptions.by_key("desk") is None


def test_an_unconfirmed_reader_gets_the_confirmation_mail_only(store: Store) -> None:
    feed = a_feed()
    desk = a_subscription("desk", state=SubscriptionState.UNCONFIRMED)
    article = an_article(feed=feed)
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    asks = an_alert(article, desk, key="asks", content=SubscriptionConfirm(), article_keys=())
    store.commit([a_poll(feed, article, alerts=(an_alert(article, desk), asks))])
    assert store.outbox.next_due(NOW) == NOW
    (claimed,) = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)
    assert claimed.alert.key == "asks"

    assert store.subscriptions.confirm(desk.key, ["troops", "arms"])
    assert not store.subscriptions.confirm(desk.key, [])  # it waits for no yes any more
    stored = store.subscriptions.by_key(desk.key)
    assert stored is not None
    assert (stored.state, stored.themes) == (SubscriptionState.ACTIVE, {"arms", "troops"})
    assert len(store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)) == 1


def test_only_unconfirmed_sign_ups_are_deleted(store: Store) -> None:
    for name, state in (("a", SubscriptionState.UNCONFIRMED), ("b", SubscriptionState.ACTIVE)):
        store.subscriptions.add(a_subscription(name, state=state))
    assert store.subscriptions.delete_unconfirmed(NOW) == 0
    assert store.subscriptions.delete_unconfirmed(NOW + MINUTE) == 1
    assert [reader.name for reader in store.subscriptions.list()] == ["b"]


def test_a_filter_is_changed_and_knows_the_feeds_that_it_names(store: Store) -> None:
    feed = a_feed("one", title="Harbour Wire")
    store.feeds.add_all([feed])
    store.subscriptions.add(a_subscription(filter=stored_filter("feed:wire")))
    article = an_article("a", feed)
    (listed,) = store.subscriptions.list()
    by_name = store.subscriptions.find(listed.name)
    for subscription in (listed, by_name):
        assert subscription is not None
        assert subscription.filter is not None
        assert subscription.filter.admits(article)
    assert store.subscriptions.edit(replace(listed, filter=None), NOW)
    without = store.subscriptions.by_key(listed.key)
    assert without is not None
    assert without.filter is None
    assert not store.subscriptions.edit(replace(listed, key="none"), NOW)
