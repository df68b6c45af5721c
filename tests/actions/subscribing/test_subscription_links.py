"""Secret addresses of a subscription: proven by a token, replaced when renewed."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from monitor.actions.subscribing import subscription_links
from monitor.alerts.tokens import Purpose
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.store.builders import a_subscription

URL = "https://alerts.example"


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        opened.subscriptions.add(a_subscription("me"))
        yield opened


def links(store: Store, *, renew: bool = False) -> subscription_links.SubscriptionLinks:
    return subscription_links.links(store, "me", public_url=URL, renew=renew)


def token_of(url: str | None) -> str:
    return urlsplit(url or "").path.rpartition("/")[2].partition(".")[0]


def test_links_need_a_public_address(store: Store):
    with pytest.raises(ConfigError, match=r"web\.public_url"):
        subscription_links.links(store, "me", public_url="", renew=False)


def test_a_feed_token_opens_the_feed_until_it_is_renewed(store: Store):
    before = token_of(links(store).atom)
    assert subscription_links.subscription_of_feed_token(store, before) == a_subscription("me")
    after = token_of(links(store, renew=True).json)
    assert subscription_links.subscription_of_feed_token(store, before) is None
    renewed = subscription_links.subscription_of_feed_token(store, after)
    assert renewed == a_subscription("me", link_version=1)


def test_a_token_is_good_for_one_purpose(store: Store):
    token = token_of(links(store).unsubscribe)
    find = subscription_links.subscription_of_token
    assert find(store, token, Purpose.UNSUBSCRIBE) == a_subscription("me")
    assert find(store, token, Purpose.CONFIRM) is None
    assert subscription_links.subscription_of_feed_token(store, token) is None


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "ключ"])
def test_what_we_did_not_make_proves_nothing(store: Store, token):
    links(store)
    assert subscription_links.subscription_of_feed_token(store, token) is None
    assert subscription_links.subscription_of_token(store, token, Purpose.UNSUBSCRIBE) is None


def test_json_has_every_address(store: Store):
    json = links(store).as_json()
    assert list(json) == ["atom", "json", "unsubscribe", "manage"]
    assert str(json["atom"]).startswith(f"{URL}/feeds/")
