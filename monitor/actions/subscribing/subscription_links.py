"""Secret addresses of a subscription: its Atom and JSON feeds, and where it is unsubscribed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.domain.alerts import Subscription
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionLinks:
    """The addresses; whoever knows one can use it."""

    atom: str
    json: str
    unsubscribe: str | None
    manage: str

    def as_json(self) -> JsonObject:
        """The addresses as `subscriptions links --json` prints them."""
        return {
            "atom": self.atom,
            "json": self.json,
            "unsubscribe": self.unsubscribe,
            "manage": self.manage,
        }


def links(store: Store, key_or_name: str, *, public_url: str, renew: bool) -> SubscriptionLinks:
    """The addresses of a subscription; with `renew` its feeds and its own page get new ones.

    Raise ConfigError when `public_url` is empty: readers can't reach us.
    """
    if not public_url:
        raise ConfigError(
            "readers can't reach us: set web.listen and web.public_url, as docs/web.md says"
        )
    subscription = find_subscription(store, key_or_name)
    secret = store.tokens.secret()
    if renew:
        renewals = store.tokens.renew(subscription.key)
        store.subscriptions.renew_link(subscription.key)
        subscription = find_subscription(store, subscription.key)
    else:
        renewals = store.tokens.renewals(subscription.key)
    return SubscriptionLinks(
        atom=tokens.feed_url(public_url, secret, subscription, renewals, "atom"),
        json=tokens.feed_url(public_url, secret, subscription, renewals, "json"),
        unsubscribe=tokens.unsubscribe_url(public_url, secret, subscription),
        manage=tokens.manage_url(public_url, secret, subscription, subscription.link_version),
    )


def subscription_of_token(
    store: Store, token: str, purpose: Purpose, *bound: str
) -> Subscription | None:
    """The subscription that a token proves; None for a token that we did not make.

    `bound` holds what else the token was made for, as in `tokens.token`.
    """
    key = tokens.key_of_token(token)
    subscription = store.subscriptions.by_key(key) if key else None
    if subscription is None:
        return None
    if not tokens.is_valid(token, store.tokens.secret(), purpose, subscription, *bound):
        return None
    return subscription


def subscription_of_feed_token(store: Store, token: str) -> Subscription | None:
    """The subscription whose feed the token opens; None for a token of before a renewal, too."""
    key = tokens.key_of_token(token)
    if key is None:
        return None
    return subscription_of_token(store, token, Purpose.FEED, str(store.tokens.renewals(key)))
