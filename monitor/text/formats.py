"""Instants and durations as text: one way for programs, one for people."""

from __future__ import annotations

from datetime import datetime


def rfc3339(instant: datetime) -> str:
    """An aware instant in UTC, to the second: "2025-06-17T12:00:00Z" (RFC 3339)."""
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
