"""Sign-up by readers: double opt-in by mail, confirmation, unsubscribing.

A reader asks on the website; a mail with a link asks the address; only the answer to that mail
makes the subscription active.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from monitor.actions.subscribing.subscription_links import subscription_of_token
from monitor.actions.subscribing.subscriptions import NewSubscription, subscribe
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.deliver.channels.descriptor import Destination
from monitor.domain.alerts import Alert, ChannelKind, Subscription, SubscriptionState
from monitor.domain.keys import confirmation_key, sign_up_key
from monitor.domain.message_contents import SubscriptionConfirm
from monitor.domain.muting.operator_pause import (
    BY_OPERATOR,
    BY_READER,
    is_paused_by_operator,
    reason_of_leaving,
)

if TYPE_CHECKING:
    from monitor.store.store import Store

CONFIRM_WITHIN = timedelta(hours=48)
LONGEST_ADDRESS = 254  # characters (RFC 5321, section 4.5.3.1.3)
_NOT_SUBSCRIBED = (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """What a reader asks for."""

    address: str  # a mail address, checked
    themes: tuple[str, ...]  # in the topic's order; empty: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What a link in a confirmation mail says: the token proves the time and the themes, too."""

    token: str
    until: str  # seconds since 1970; a number if the token is right
    themes: str  # slugs, separated by commas

    @property
    def slugs(self) -> list[str]:
        """The themes as a list; empty: all."""
        return [slug for slug in self.themes.split(",") if slug]

    def is_over(self, now: datetime) -> bool:
        """Whether the time to confirm has passed; only for a token that is right."""
        return now > datetime.fromtimestamp(int(self.until), UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSubscription:
    """A subscription that its reader ended; whether it had not been ended before."""

    subscription: Subscription
    was_subscribed: bool


def sign_up(store: Store, request: SignUp, *, public_url: str, now: datetime) -> bool:
    """Store an unconfirmed subscription and queue the mail that asks to confirm it.

    False when no mail is queued: the address is subscribed already, or was asked within this hour.
    Raise ConfigError when the subscription can't be stored.
    """
    address = request.address.casefold()
    subscriptions = [
        subscription
        for subscription in store.subscriptions.list()
        if subscription.address.casefold() == address
    ]
    if any(subscription.state not in _NOT_SUBSCRIBED for subscription in subscriptions):
        return False
    key = sign_up_key(address)
    by_key = {subscription.key: subscription for subscription in subscriptions}
    subscription = by_key.get(key) or _subscribe_unconfirmed(store, request, now)
    until = now + CONFIRM_WITHIN
    url = confirmation_url(store, subscription, until, request.themes, public_url=public_url)
    alert = Alert(
        key=confirmation_key(key, now),
        subscription_key=key,
        content=SubscriptionConfirm(url=url, until=until),
        created_at=now,
        due_at=now,
    )
    return store.outbox.add([alert]) > 0


def _subscribe_unconfirmed(store: Store, request: SignUp, now: datetime) -> Subscription:
    return subscribe(
        store,
        NewSubscription(
            key=sign_up_key(request.address),
            name=request.address,
            destination=Destination(channel=ChannelKind.EMAIL, address=request.address),
            state=SubscriptionState.UNCONFIRMED,
            state_reason=f"signed up {now:%Y-%m-%d %H:%M} UTC",
        ),
        now,
        longest_name=LONGEST_ADDRESS,
    )


def confirmation_url(
    store: Store,
    subscription: Subscription,
    until: datetime,
    themes: Sequence[str],
    *,
    public_url: str,
) -> str:
    """The address in a confirmation mail; its token proves the time and the themes."""
    ends, slugs = str(int(until.timestamp())), ",".join(themes)
    token = tokens.token(store.tokens.secret(), Purpose.CONFIRM, subscription, ends, slugs)
    fields = {"until": ends, "themes": slugs} if slugs else {"until": ends}
    return f"{public_url}/confirm/{token}?{urlencode(fields, safe=',')}"


def unconfirmed_subscription(store: Store, confirmation: Confirmation) -> Subscription | None:
    """The subscription that a confirmation link is for; None when we did not make the link."""
    return subscription_of_token(
        store, confirmation.token, Purpose.CONFIRM, confirmation.until, confirmation.themes
    )


def confirm_subscription(
    store: Store, confirmation: Confirmation, now: datetime
) -> Subscription | None:
    """Activate the subscription with the themes of the link, unless its time is over.

    One that the operator had paused before its reader left is paused again.  The subscription as
    it is afterwards; None when we did not make the link.
    """
    subscription = unconfirmed_subscription(store, confirmation)
    if subscription is None:
        return None
    if not confirmation.is_over(now):
        state, reason = SubscriptionState.ACTIVE, ""
        if is_paused_by_operator(subscription):
            state, reason = SubscriptionState.PAUSED, BY_OPERATOR
        store.subscriptions.confirm(subscription.key, confirmation.slugs, state, reason)
    return store.subscriptions.by_key(subscription.key) or subscription


def unsubscribe(store: Store, token: str, now: datetime) -> EndedSubscription | None:
    """End the subscription that an unsubscribe token proves (RFC 8058).

    None when we did not make the token.
    """
    subscription = subscription_of_token(store, token, Purpose.UNSUBSCRIBE)
    if subscription is None:
        return None
    reason = reason_of_leaving(subscription, BY_READER, now)
    was_subscribed = store.subscriptions.unsubscribe(subscription.key, reason, now)
    return EndedSubscription(subscription=subscription, was_subscribed=was_subscribed)


def delete_unconfirmed(store: Store, now: datetime) -> int:
    """Delete subscriptions whose time to confirm is over; how many."""
    return store.subscriptions.delete_unconfirmed(now - CONFIRM_WITHIN)
