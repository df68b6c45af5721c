"""WebSub subscriptions to hubs: requests, verification, leases, unsubscribing, signatures.  Pure.

Source: WebSub, https://www.w3.org/TR/websub/.  A hub's notification is only a hint: it makes the
feed due, and news is read at the feed's own address.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.net import backoff

REQUESTED_LEASE = timedelta(days=7)  # what we ask for; the hub decides
SHORTEST_LEASE = timedelta(minutes=5)  # the hub's decision is clamped to these two
LONGEST_LEASE = timedelta(days=30)
VERIFICATION_TIME = timedelta(hours=1)  # how long a hub may take to verify
FIRST_RETRY = timedelta(minutes=10)
LAST_RETRY = timedelta(days=1)
PAUSE_AFTER_DENIAL = timedelta(days=7)  # before a hub that denied us is asked again
UNSUBSCRIBE_TRIES = 3  # then the lease may run out by itself
MOST_BYTES = 2**20  # of a notification; its body is only used to check the signature


class HubSubscriptionState(enum.StrEnum):
    """The state of our subscription to one topic at a hub."""

    NOT_REQUESTED = "wanted"
    REQUESTED = "asked"  # the hub has not verified it yet
    ACTIVE = "live"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """Our subscription to one feed at a hub: requested, active or denied."""

    feed_key: str
    hub: str
    topic: str
    token: str  # the last part of the callback's URL, known to the hub only
    secret: str = field(repr=False)
    state: HubSubscriptionState = HubSubscriptionState.NOT_REQUESTED
    callback: str = ""  # as requested; a changed public address needs a new request
    due_at: datetime  # of the next request or check
    until: datetime | None = None  # the end of the lease
    heard_at: datetime | None = None  # the last notification with a valid signature
    failures: int = 0  # in a row
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUnsubscribe:
    """An unsubscribe request that a hub has not verified yet; tried a few times, then dropped.

    Its feed may be removed already, or have a new subscription.
    """

    token: str
    hub: str
    topic: str
    callback: str
    until: datetime | None  # the end of the lease; then there is nothing to unsubscribe from
    due_at: datetime
    tries: int = 0


def new_subscription(feed_key: str, hub: str, topic: str, now: datetime) -> HubSubscription:
    """A subscription to request at once, with a secret and a callback token of its own."""
    token, secret = secrets.token_urlsafe(24), secrets.token_hex(32)
    return HubSubscription(
        feed_key=feed_key, hub=hub, topic=topic, token=token, secret=secret, due_at=now
    )


def after_request(subscription: HubSubscription, callback: str, now: datetime) -> HubSubscription:
    """The subscription once the hub took the request; due again if it does not verify in time."""
    is_active = _is_active(subscription, now)
    return replace(
        subscription,
        state=subscription.state if is_active else HubSubscriptionState.REQUESTED,
        callback=callback,
        due_at=now + VERIFICATION_TIME,
        why="asked",
    )


def after_failure(subscription: HubSubscription, why: str, now: datetime) -> HubSubscription:
    """The subscription after a failed request, with exponential backoff.

    An active lease stays active until its end.
    """
    pause = backoff.doubled(FIRST_RETRY, subscription.failures, longest=LAST_RETRY)
    is_active = _is_active(subscription, now)
    return replace(
        subscription,
        state=subscription.state if is_active else HubSubscriptionState.NOT_REQUESTED,
        failures=subscription.failures + 1,
        due_at=now + pause,
        why=why,
    )


def answer_verification(
    subscription: HubSubscription, query: Mapping[str, str], now: datetime
) -> tuple[HubSubscription, str] | None:
    """The subscription after a hub's verification request, and the body of our response.

    None when we did not request it: the response is 404.  Only a subscription to this topic is
    confirmed.  A hub that says "denied" is believed in every state.
    """
    if query.get("hub.topic") != subscription.topic:
        return None
    if query.get("hub.mode") == "denied":
        why = f"the hub refused: {query.get('hub.reason', '')[:200] or 'no reason given'}"
        denied = replace(
            subscription,
            state=HubSubscriptionState.DENIED,
            until=None,
            why=why,
            due_at=now + PAUSE_AFTER_DENIAL,
        )
        return denied, ""
    challenge = query.get("hub.challenge", "")
    is_requested = subscription.state in (
        HubSubscriptionState.REQUESTED,
        HubSubscriptionState.ACTIVE,
    )
    if query.get("hub.mode") != "subscribe" or not challenge or not is_requested:
        return None
    lease = _granted_lease(query.get("hub.lease_seconds", ""))
    active = replace(
        subscription,
        state=HubSubscriptionState.ACTIVE,
        until=now + lease,
        failures=0,
        why="",
        # Renewed at four fifths, so that a hub that is down then gets several tries.
        due_at=now + lease * 0.8,
    )
    return active, challenge


def pending_unsubscribe(subscription: HubSubscription, now: datetime) -> PendingUnsubscribe | None:
    """The unsubscribe request for a subscription that we end; None when the hub has nothing."""
    is_known_to_hub = subscription.state in (
        HubSubscriptionState.REQUESTED,
        HubSubscriptionState.ACTIVE,
    )
    if not is_known_to_hub or not subscription.callback:
        return None
    return PendingUnsubscribe(
        token=subscription.token,
        hub=subscription.hub,
        topic=subscription.topic,
        callback=subscription.callback,
        until=subscription.until,
        due_at=now,
    )


def after_unsubscribe_request(pending: PendingUnsubscribe, now: datetime) -> PendingUnsubscribe:
    """The same after one more try, successful or not; due again if the hub does not verify."""
    return replace(pending, tries=pending.tries + 1, due_at=now + VERIFICATION_TIME)


def is_unsubscribe_over(pending: PendingUnsubscribe, now: datetime) -> bool:
    """Whether all tries are used up or the lease has ended."""
    has_ended = pending.until is not None and pending.until <= now
    return pending.tries >= UNSUBSCRIBE_TRIES or has_ended


def unsubscribe_challenge(pending: PendingUnsubscribe, query: Mapping[str, str]) -> str | None:
    """Our response to a hub that verifies an unsubscribe request; None when it is not ours."""
    challenge = query.get("hub.challenge", "")
    is_ours = query.get("hub.mode") == "unsubscribe" and query.get("hub.topic") == pending.topic
    return challenge if is_ours and challenge else None


def _granted_lease(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return REQUESTED_LEASE
    return min(max(timedelta(seconds=int(text)), SHORTEST_LEASE), LONGEST_LEASE)


def is_genuine(subscription: HubSubscription, signature: str, body: bytes) -> bool:
    """Whether X-Hub-Signature is the HMAC-SHA-256 of the body; no other method is accepted."""
    method, _, digest = signature.strip().partition("=")
    expected = hmac.new(subscription.secret.encode(), body, hashlib.sha256).hexdigest()
    is_equal = hmac.compare_digest(expected.encode(), digest.lower().encode(errors="replace"))
    return is_equal and method.lower() == "sha256"


def without_expired_lease(subscription: HubSubscription, now: datetime) -> HubSubscription:
    """The same subscription, to be requested again if its lease has run out."""
    if subscription.state is HubSubscriptionState.ACTIVE and not _is_active(subscription, now):
        return replace(
            subscription,
            state=HubSubscriptionState.NOT_REQUESTED,
            until=None,
            why="the lease ran out",
        )
    return subscription


def _is_active(subscription: HubSubscription, now: datetime) -> bool:
    is_active = subscription.state is HubSubscriptionState.ACTIVE
    return is_active and subscription.until is not None and subscription.until > now
