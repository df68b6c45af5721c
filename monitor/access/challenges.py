"""Challenges for passkeys: signed and dated, so that none is stored before it is answered.

Anybody may ask for a challenge; a stored one each would let anybody fill the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

CHALLENGE_LIFE = timedelta(minutes=5)
_RANDOM_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 16, 8, 16
_LENGTH = _RANDOM_BYTES + _TIME_BYTES + _SIGNATURE_BYTES


def new_challenge(secret: str, purpose: str, now: datetime) -> bytes:
    """A challenge that is valid for this purpose and for five minutes."""
    until = int((now + CHALLENGE_LIFE).timestamp())
    content = secrets.token_bytes(_RANDOM_BYTES) + until.to_bytes(_TIME_BYTES, "big")
    return content + _signature(secret, purpose, content)


def is_valid(challenge: bytes, secret: str, purpose: str, now: datetime) -> bool:
    """Whether we made this challenge for this purpose, and it is not over."""
    if len(challenge) != _LENGTH:
        return False
    content, signature = challenge[:-_SIGNATURE_BYTES], challenge[-_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(secret, purpose, content)):
        return False
    return now < ends_at(challenge)


def ends_at(challenge: bytes) -> datetime:
    """When a challenge of ours ends."""
    until = int.from_bytes(challenge[_RANDOM_BYTES : _RANDOM_BYTES + _TIME_BYTES], "big")
    return datetime.fromtimestamp(until, UTC)


def _signature(secret: str, purpose: str, content: bytes) -> bytes:
    signed = b"passkey\x1f" + purpose.encode() + b"\x1f" + content
    return hmac.digest(secret.encode(), signed, hashlib.sha256)[:_SIGNATURE_BYTES]
