"""The secret is made once; a feed's address is renewed as often as one likes."""

from __future__ import annotations

from monitor.store.store import Store
from tests.store.builders import a_subscription


def test_the_secret_is_made_once_and_the_same_for_every_process(store: Store, database_url: str):
    made = store.tokens.secret()
    assert len(made) == 64
    with Store.open(database_url) as other:
        assert other.tokens.secret() == made


def test_renewals_are_counted_for_each_subscription(store: Store):
    one, other = a_subscription("one"), a_subscription("other")
    store.subscriptions.add(one)
    store.subscriptions.add(other)
    assert store.tokens.renewals(one.key) == 0
    assert [store.tokens.renew(one.key), store.tokens.renew(one.key)] == [1, 2]
    assert store.tokens.renewals(other.key) == 0


def test_a_removed_subscription_leaves_nothing(store: Store):
    one = a_subscription("one")
    store.subscriptions.add(one)
    store.tokens.renew(one.key)
    store.subscriptions.remove(one.key)
    assert store.tokens.renewals(one.key) == 0
