"""Signed tokens (HMAC) in the URLs to unsubscribe, to read a feed and to confirm.  Pure."""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Protocol

_MAC = 32  # hexadecimal digits: 128 bits, too many to guess
_TOKEN = re.compile(rf"([0-9A-Za-z]{{1,64}})([0-9a-f]{{{_MAC}}})")


class Purpose(enum.StrEnum):
    """The only use that a token is valid for."""

    UNSUBSCRIBE = "unsubscribe"
    FEED = "feed"
    CONFIRM = "confirm"
    MANAGE = "manage"  # the page of a subscription's receiver
    UNDO = "undo"  # a change by that page
    SEARCH = "search"  # the feed of a saved search


class Linked(Protocol):
    """What a token may be of: a subscription, or a saved search."""

    @property
    def key(self) -> str:
        """Letters and digits."""

    @property
    def created_at(self) -> datetime:
        """When it was made: a thing that is removed and made again has new tokens."""


def new_secret() -> str:
    """A new signing key for all tokens of one installation; 64 hexadecimal digits."""
    return secrets.token_hex(32)


def token(secret: str, purpose: Purpose, owner: Linked, *bound: str) -> str:
    """The owner's key and a signature; always the same for the same arguments.

    `bound` holds what else is signed: the number of renewals, the time it ends.
    """
    signed = "\x1f".join((purpose, owner.key, owner.created_at.isoformat(), *bound))
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return owner.key + signature[:_MAC]


def key_of_token(token: str) -> str | None:
    """The owner's key in a token, signature unchecked; None for a malformed token."""
    match = _TOKEN.fullmatch(token)
    return match[1] if match else None


def is_valid(candidate: str, secret: str, purpose: Purpose, owner: Linked, *bound: str) -> bool:
    """Whether `candidate` is the token of these arguments; takes the same time for a wrong one."""
    expected = token(secret, purpose, owner, *bound)
    return hmac.compare_digest(candidate.encode(errors="replace"), expected.encode())


def unsubscribe_url(public_url: str, secret: str, subscription: Linked) -> str | None:
    """The URL that ends the subscription; None without a public address."""
    if not public_url:
        return None
    return f"{public_url}/unsubscribe/{token(secret, Purpose.UNSUBSCRIBE, subscription)}"


def manage_url(public_url: str, secret: str, subscription: Linked, version: int) -> str:
    """The URL of the page where its receiver manages the subscription."""
    return f"{public_url}/manage/{token(secret, Purpose.MANAGE, subscription, str(version))}"


def feed_url(public_url: str, secret: str, subscription: Linked, renewals: int, form: str) -> str:
    """The URL of the subscription's own feed; `form` is "atom" or "json"."""
    return f"{public_url}/feeds/{token(secret, Purpose.FEED, subscription, str(renewals))}.{form}"


def search_feed_url(public_url: str, secret: str, search: Linked, renewals: int, form: str) -> str:
    """The URL of a saved search's feed; `form` is "atom" or "json"."""
    signed = token(secret, Purpose.SEARCH, search, str(renewals))
    return f"{public_url}/feeds/searches/{signed}.{form}"
