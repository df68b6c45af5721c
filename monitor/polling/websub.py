"""What we ask of a hub, and which of its calls we believe.  Pure: values in, values out.

Source: WebSub, https://www.w3.org/TR/websub/.  A hub's word is a hint and no more: it makes a feed
due, and what is new is read at the feed's own address.
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

LEASE = timedelta(days=7)  # what we ask for; the hub decides
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=30)  # what we believe of its decision
ANSWER = timedelta(hours=1)  # how long a hub may take to verify
FIRST_RETRY, LAST_RETRY = timedelta(minutes=10), timedelta(days=1)
AFTER_NO = timedelta(days=7)  # a hub that refused is asked again
FAREWELLS = 3  # tries; then the lease may end by itself
MOST_BYTES = 2**20  # of a call; what it holds is not read, only signed


class HubSubscriptionState(enum.StrEnum):
    """Where we stand with a hub about one topic."""

    WANTED = "wanted"  # not asked yet
    ASKED = "asked"  # it has not verified yet
    LIVE = "live"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSubscription:
    """A hub's promise to tell us of one feed, or our wish for it."""

    feed_key: str
    hub: str
    topic: str
    token: str  # the end of our callback's address, which only the hub knows
    secret: str = field(repr=False)
    state: HubSubscriptionState = HubSubscriptionState.WANTED
    callback: str = ""  # as the hub was told; a changed public address has to be told anew
    due_at: datetime  # when there is something to do about it
    until: datetime | None = None
    heard_at: datetime | None = None  # the last call that was signed well
    failures: int = 0  # in a row
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUnsubscribe:
    """A hub to be told that we do not want to hear of a topic any more; best effort, and soon over.

    Its feed may be gone already, or have a new lease.
    """

    token: str
    hub: str
    topic: str
    callback: str
    until: datetime | None  # then the hub's promise ends by itself
    due_at: datetime
    tries: int = 0


def wish(feed_key: str, hub: str, topic: str, now: datetime) -> HubSubscription:
    """A new lease to be asked for, with a secret and an address of its own."""
    token, secret = secrets.token_urlsafe(24), secrets.token_hex(32)
    return HubSubscription(
        feed_key=feed_key, hub=hub, topic=topic, token=token, secret=secret, due_at=now
    )


def asked(lease: HubSubscription, callback: str, now: datetime) -> HubSubscription:
    """The hub took our request; if it does not verify within the hour we ask again."""
    state = lease.state if _holds(lease, now) else HubSubscriptionState.ASKED
    return replace(lease, state=state, callback=callback, due_at=now + ANSWER, why="asked")


def failed(lease: HubSubscription, why: str, now: datetime) -> HubSubscription:
    """It did not: we ask again, later each time; a lease that runs goes on to its end."""
    wait = backoff.doubled(FIRST_RETRY, lease.failures, longest=LAST_RETRY)
    state = lease.state if _holds(lease, now) else HubSubscriptionState.WANTED
    return replace(lease, state=state, failures=lease.failures + 1, due_at=now + wait, why=why)


def verified(
    lease: HubSubscription, query: Mapping[str, str], now: datetime
) -> tuple[HubSubscription, str] | None:
    """The lease after the hub's question whether we asked, and our answer; None: we did not.

    Only what we asked for is confirmed: a subscription to this topic.  A hub that says "denied"
    is believed, whatever we asked.
    """
    if query.get("hub.topic") != lease.topic:
        return None
    if query.get("hub.mode") == "denied":
        why = f"the hub refused: {query.get('hub.reason', '')[:200] or 'no reason given'}"
        denied = replace(lease, state=HubSubscriptionState.DENIED, until=None, why=why)
        return replace(denied, due_at=now + AFTER_NO), ""
    challenge = query.get("hub.challenge", "")
    pending = lease.state in (HubSubscriptionState.ASKED, HubSubscriptionState.LIVE)
    if query.get("hub.mode") != "subscribe" or not challenge or not pending:
        return None
    span = _granted(query.get("hub.lease_seconds", ""))
    live = replace(lease, state=HubSubscriptionState.LIVE, until=now + span, failures=0, why="")
    # Renewed early: at four fifths, so that a hub that is down then gets several chances.
    return replace(live, due_at=now + span * 0.8), challenge


def farewell(lease: HubSubscription, now: datetime) -> PendingUnsubscribe | None:
    """What is to be said to the hub of a lease that we give up; None: it promised nothing."""
    if (
        lease.state not in (HubSubscriptionState.ASKED, HubSubscriptionState.LIVE)
        or not lease.callback
    ):
        return None
    return PendingUnsubscribe(
        token=lease.token,
        hub=lease.hub,
        topic=lease.topic,
        callback=lease.callback,
        until=lease.until,
        due_at=now,
    )


def said(one: PendingUnsubscribe, now: datetime) -> PendingUnsubscribe:
    """The hub was told, or could not be: if it does not verify within the hour it is told again."""
    return replace(one, tries=one.tries + 1, due_at=now + ANSWER)


def is_over(one: PendingUnsubscribe, now: datetime) -> bool:
    """Is there nothing more to be said?"""
    return one.tries >= FAREWELLS or (one.until is not None and one.until <= now)


def parted(one: PendingUnsubscribe, query: Mapping[str, str]) -> str | None:
    """Our answer to the hub's question whether we want to leave this topic; None: not this one."""
    challenge = query.get("hub.challenge", "")
    ours = query.get("hub.mode") == "unsubscribe" and query.get("hub.topic") == one.topic
    return challenge if ours and challenge else None


def _granted(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return LEASE
    return min(max(timedelta(seconds=int(text)), SHORTEST), LONGEST)


def is_genuine(lease: HubSubscription, signature: str, body: bytes) -> bool:
    """Was this call signed with our secret, by SHA-256?  No other method is believed."""
    method, _, given = signature.strip().partition("=")
    made = hmac.new(lease.secret.encode(), body, hashlib.sha256).hexdigest()
    right = hmac.compare_digest(made.encode(), given.lower().encode(errors="replace"))
    return right and method.lower() == "sha256"


def settled(lease: HubSubscription, now: datetime) -> HubSubscription:
    """The same without what has run out."""
    if lease.state is HubSubscriptionState.LIVE and not _holds(lease, now):
        return replace(
            lease, state=HubSubscriptionState.WANTED, until=None, why="the lease ran out"
        )
    return lease


def _holds(lease: HubSubscription, now: datetime) -> bool:
    live = lease.state is HubSubscriptionState.LIVE
    return live and lease.until is not None and lease.until > now
