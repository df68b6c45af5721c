"""Keys of feeds, subscriptions and messages: SHA-256 digests of what a thing is.

Keys are derived, not assigned: the same thing has the same key in every process and database.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

# Digits of a key's beginning that may stand for the key: a shorter one would match by accident.
SHORTEST_BEGINNING = 4


def key_of(*parts: str) -> str:
    """32 hexadecimal digits of SHA-256 over the parts, joined by a separator."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def feed_key(url: str) -> str:
    """The key of the feed at this address."""
    return key_of("feed", url)


def subscription_key(name: str) -> str:
    """The key of a subscription that an operator named."""
    return key_of("subscription", name)


def sign_up_key(address: str) -> str:
    """The key of a subscription that a reader asked for on the website; case does not matter."""
    return key_of("signup", address.casefold())


def confirmation_key(subscription_key: str, now: datetime) -> str:
    """The key of the mail that asks to confirm: at most one mail an hour has a new key."""
    return key_of("confirm", subscription_key, f"{now:%Y-%m-%dT%H}")


def silence_key(created_at: datetime, *scope: str | None) -> str:
    """The key of a silence: when it was made, and what it silences."""
    return key_of("silence", created_at.isoformat(), *map(str, scope))
