"""From an attempt to its row and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from monitor.domain.alerts import Attempt
from monitor.store.mapping.common import Values


def attempt_values(attempt: Attempt, token: str) -> Values:
    """A row of `attempts`."""
    return {
        "alert_key": attempt.alert_key,
        "token": token,
        "number": attempt.number,
        "at": attempt.at,
        "took_us": attempt.took,
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "detail": attempt.detail,
    }


def attempt_from_row(row: Row[Any]) -> Attempt:
    """A row as the attempt it is."""
    return Attempt(
        alert_key=row.alert_key,
        number=row.number,
        at=row.at,
        took=row.took_us,
        outcome=row.outcome,
        reason=row.reason,
        detail=row.detail,
    )
