"""Addresses that only their owner knows: to unsubscribe, to read a feed, to confirm."""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets

from monitor.domain.alerts import Subscription

_MAC = 32  # hexadecimal digits: 128 bits, as many as nobody can try
_TOKEN = re.compile(rf"([0-9A-Za-z]{{1,64}})([0-9a-f]{{{_MAC}}})")


class Purpose(enum.StrEnum):
    """What a token is good for; for nothing else."""

    UNSUBSCRIBE = "unsubscribe"
    FEED = "feed"
    CONFIRM = "confirm"


def new_secret() -> str:
    """What all tokens of one installation are made with."""
    return secrets.token_hex(32)


def token(secret: str, purpose: Purpose, of: Subscription, *more: str) -> str:
    """The subscription's key and a proof that we wrote it: always the same one.

    `more` is whatever else it stands for: how often it was renewed, when it ends.  A subscription
    that is removed and made again under its name has new tokens.
    """
    said = "\x1f".join((purpose, of.key, of.created_at.isoformat(), *more))
    proof = hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()
    return of.key + proof[:_MAC]


def key_of(given: str) -> str | None:
    """The key of the subscription that a token speaks of, proven or not; None for no token."""
    found = _TOKEN.fullmatch(given)
    return found[1] if found else None


def is_right(given: str, secret: str, purpose: Purpose, of: Subscription, *more: str) -> bool:
    """Did we make this token?  Takes as long for a wrong one."""
    made = token(secret, purpose, of, *more)
    return hmac.compare_digest(given.encode(errors="replace"), made.encode())


def unsubscribe(public_url: str, secret: str, of: Subscription) -> str | None:
    """Where the subscription is ended; None where readers can't reach us."""
    if not public_url:
        return None
    return f"{public_url}/unsubscribe/{token(secret, Purpose.UNSUBSCRIBE, of)}"


def feed(public_url: str, secret: str, of: Subscription, renewals: int, form: str) -> str:
    """Where the subscription's articles are read; `form` is "atom" or "json"."""
    return f"{public_url}/feeds/{token(secret, Purpose.FEED, of, str(renewals))}.{form}"
