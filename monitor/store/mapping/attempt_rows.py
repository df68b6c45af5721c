"""Rows of `attempts`: a delivery attempt to columns, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from monitor.domain.alerts import Attempt
from monitor.store.mapping.column_text import Values


def attempt_values(attempt: Attempt, token: str) -> Values:
    """The columns of an attempt made under the claim `token`."""
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
    """The attempt of a row."""
    return Attempt(
        alert_key=row.alert_key,
        number=row.number,
        at=row.at,
        took=row.took_us,
        outcome=row.outcome,
        reason=row.reason,
        detail=row.detail,
    )
