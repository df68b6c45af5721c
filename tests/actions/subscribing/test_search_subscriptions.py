"""Subscriptions to saved searches."""

from __future__ import annotations

import pytest

from monitor.access.caller import local_caller
from monitor.actions.option_values import InvalidOption
from monitor.actions.reading.saved_searches import SaveRequest, save_search
from monitor.actions.subscribing.search_subscriptions import (
    SearchSubscription,
    subscribe_to_search,
)
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW

ME = local_caller("mina", NOW)


@pytest.fixture
def saved(store: Store) -> Store:
    for name, question in (("East coast", "wonsan -lang:ru"), ("told", "is:told")):
        save_search(store, SaveRequest(name=name, question=question), ME, NOW)
    return store


@pytest.mark.parametrize(
    ("address", "channel"),
    [("me@watch.example", ChannelKind.EMAIL), ("https://a.example/hook", ChannelKind.WEBHOOK)],
)
def test_a_subscription_has_the_question_as_its_filter(saved: Store, address, channel):
    request = SearchSubscription(search="east coast", address=address)
    subscription = subscribe_to_search(saved, request, (), ME, NOW)
    assert (subscription.name, subscription.channel) == ("East coast", channel)
    stored = saved.subscriptions.find("East coast")
    assert stored is not None
    assert stored.filter is not None
    assert stored.filter.text == "wonsan -lang:ru"
    assert bool(subscription.signing_secret) == (channel is ChannelKind.WEBHOOK)


@pytest.mark.parametrize(
    ("search", "address", "words"),
    [
        ("west", "me@watch.example", "no saved search 'west'"),
        ("east coast", "nowhere", "nowhere"),
        ("told", "me@watch.example", "is not known yet"),
    ],
)
def test_what_can_not_be_subscribed_to_is_refused(saved: Store, search, address, words):
    request = SearchSubscription(search=search, address=address, name="desk")
    with pytest.raises((ConfigError, InvalidOption), match=words):
        subscribe_to_search(saved, request, (), ME, NOW)
    assert saved.subscriptions.find("desk") is None
