"""Exponential backoff and deterministic jitter, for everything that is tried again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import NamedTuple

_MOST_DOUBLINGS = 16  # beyond this every caller has reached its longest pause


class Jitter(NamedTuple):
    """Two numbers that differ from key to key and are always the same for one key."""

    either_way: float  # from -1 to 1
    later: float  # from 0 to 1


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """The pause `first`, doubled `times` times, and never longer than `longest`."""
    return min(first * (1 << min(times, _MOST_DOUBLINGS)), longest)


def jitter(key: str, occasion: str) -> Jitter:
    """Jitter from SHA-256 of a key and an occasion, so that a retry can be computed again."""
    octets = hashlib.sha256(f"{key}\x1f{occasion}".encode("utf-8", "surrogatepass")).digest()
    first, second = int.from_bytes(octets[:4]), int.from_bytes(octets[4:8])
    return Jitter(either_way=first / (2**32 - 1) * 2 - 1, later=second / (2**32 - 1))
