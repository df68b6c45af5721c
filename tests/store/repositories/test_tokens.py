"""The signing secret is made once; renewals of feed addresses are counted."""

from __future__ import annotations

from monitor.store.store import Store
from tests.store.builders import NOW, a_subscription


def test_the_secret_is_made_once_and_the_same_for_every_process(store: Store, database_url: str):
    secret = store.tokens.secret()
    assert len(secret) == 64
    with Store.open(database_url) as second:
        assert second.tokens.secret() == secret


def test_renewals_are_counted_for_each_subscription(store: Store):
    first, second = a_subscription("one"), a_subscription("other")
    store.subscriptions.add(first)
    store.subscriptions.add(second)
    assert store.tokens.renewals(first.key) == 0
    assert [store.tokens.renew(first.key), store.tokens.renew(first.key)] == [1, 2]
    assert store.tokens.renewals(second.key) == 0


def test_a_removed_subscription_leaves_nothing(store: Store):
    first = a_subscription("one")
    store.subscriptions.add(first)
    store.tokens.renew(first.key)
    store.subscriptions.remove(first.key, NOW)
    assert store.tokens.renewals(first.key) == 0
