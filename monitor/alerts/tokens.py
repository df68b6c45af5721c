"""Signed tokens (HMAC) in the URLs to unsubscribe, to read a feed and to confirm.  Pure."""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets

from monitor.domain.alerts import Subscription

_MAC = 32  # hexadecimal digits: 128 bits, too many to guess
_TOKEN = re.compile(rf"([0-9A-Za-z]{{1,64}})([0-9a-f]{{{_MAC}}})")


class Purpose(enum.StrEnum):
    """The only use that a token is valid for."""

    UNSUBSCRIBE = "unsubscribe"
    FEED = "feed"
    CONFIRM = "confirm"


def new_secret() -> str:
    """A new signing key for all tokens of one installation; 64 hexadecimal digits."""
    return secrets.token_hex(32)


def token(secret: str, purpose: Purpose, subscription: Subscription, *bound: str) -> str:
    """The subscription's key and a signature; always the same for the same arguments.

    `bound` holds what else is signed: the number of renewals, the time it ends.  A subscription
    that is removed and added again under its name has new tokens.
    """
    signed = "\x1f".join((purpose, subscription.key, subscription.created_at.isoformat(), *bound))
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return subscription.key + signature[:_MAC]


def subscription_key_of(token: str) -> str | None:
    """The subscription's key in a token, signature unchecked; None for a malformed token."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def is_valid(
    candidate: str, secret: str, purpose: Purpose, subscription: Subscription, *bound: str
) -> bool:
    """Whether `candidate` is the token of these arguments; takes the same time for a wrong one."""
    expected = token(secret, purpose, subscription, *bound)
    return hmac.compare_digest(candidate.encode(errors="replace"), expected.encode())


def unsubscribe_url(public_url: str, secret: str, subscription: Subscription) -> str | None:
    """The URL that ends the subscription; None without a public address."""
    if not public_url:
        return None
    return f"{public_url}/unsubscribe/{token(secret, Purpose.UNSUBSCRIBE, subscription)}"


def feed_url(
    public_url: str, secret: str, subscription: Subscription, renewals: int, form: str
) -> str:
    """The URL of the subscription's own feed; `form` is "atom" or "json"."""
    return f"{public_url}/feeds/{token(secret, Purpose.FEED, subscription, str(renewals))}.{form}"
