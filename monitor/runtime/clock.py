"""The clock: `now`, for whoever starts work; below, nobody looks at it and time is an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)
