"""Rows of `alerts`, `alert_articles` and `attempts`: alerts and attempts to columns, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from monitor.domain.alerts import Alert, Attempt
from monitor.domain.message_contents import content_from_json
from monitor.store.mapping.column_text import Values


def alert_values(alert: Alert) -> Values:
    """A row of `alerts`; its articles are rows of `alert_articles`, see `alert_article_values`."""
    return {
        "key": alert.key,
        "subscription_key": alert.subscription_key,
        "type": alert.type,
        "data": alert.content.to_json(),
        "created_at": alert.created_at,
        "due_at": alert.due_at,
        "attempts": alert.attempts,
        "state": alert.state,
        "held_for": alert.held_for,
        "told_in": alert.digest_key,
        "silenced_by": alert.silenced_by,
        "last_error": alert.last_error,
    }


def alert_article_values(alert: Alert) -> list[Values]:
    """The rows of `alert_articles`, in the order of the alert."""
    return [
        {"alert_key": alert.key, "position": position, "article_key": key}
        for position, key in enumerate(alert.article_keys)
    ]


def alert_from_row(row: Row[Any], article_keys: Sequence[str]) -> Alert:
    """The alert of this row and of its rows in `alert_articles`."""
    return Alert(
        key=row.key,
        subscription_key=row.subscription_key,
        article_keys=tuple(article_keys),
        content=content_from_json(row.type, row.data),
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=row.state,
        held_for=row.held_for,
        digest_key=row.told_in,
        silenced_by=row.silenced_by,
        last_error=row.last_error,
    )


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
