"""A feed's habit as it lies in its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from monitor.domain.feeds import PublishingHistory


def values(history: PublishingHistory) -> dict[str, Any]:
    """The columns of `feeds` that something new changes."""
    return {"newest_at": history.newest_at, "habit": [list(day) for day in history.days]}


def of(row: Row[Any]) -> PublishingHistory:
    """A row's habit."""
    days = tuple((day, count, longest) for day, count, longest in row.habit)
    return PublishingHistory(newest_at=row.newest_at, days=days)
