"""Idempotency keys: a request that is sent twice with one key is done once (in 24 hours)."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.access.caller import Caller

KEPT = timedelta(hours=24)
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The answer of a request that is done."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A request with an idempotency key."""

    key: str  # digest of the caller and the key
    fingerprint: str  # digest of method, address and body
    begun_at: datetime
    answer: StoredAnswer | None = None  # None: it has not ended


class Repetition(enum.Enum):
    """What a request is to one with the same key."""

    SAME = "same"  # its answer is that of the first
    OTHER = "other"  # the key belongs to another request
    UNFINISHED = "unfinished"  # the first is still being done, or was cut off


def is_usable_key(text: str) -> bool:
    """Whether a header's value can be a key."""
    return 0 < len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()


def keyed_request(caller: Caller, key: str, *request: bytes, now: datetime) -> KeyedRequest:
    """The request of a caller with a key; `request` holds method, address and body."""
    owner = (caller.token_key or caller.person_key).encode()
    return KeyedRequest(
        key=_digest(owner, key.encode()), fingerprint=_digest(*request), begun_at=now
    )


def repetition(request: KeyedRequest, first: KeyedRequest) -> Repetition:
    """What a request is to the first one with its key."""
    if request.fingerprint != first.fingerprint:
        return Repetition.OTHER
    return Repetition.UNFINISHED if first.answer is None else Repetition.SAME


def _digest(*parts: bytes) -> str:
    """SHA-256 of parts of any length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
