"""Alerts that are sent again: the statements of retry and replay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Update, case, select, update

from monitor.domain.alerts import AlertState
from monitor.store.schema.tables import HAS_SUBSCRIPTION, IS_PENDING, alerts, subscriptions

IS_FINISHED = alerts.c.state.in_((AlertState.SENT, AlertState.DEAD))
_HAS_SUBSCRIPTION = select(subscriptions.c.key).where(HAS_SUBSCRIPTION).exists()
_DELIVERED = (AlertState.SENT, AlertState.GATHERED)


def retry(key: str, now: datetime) -> Update:
    """Make an alert due now that was not delivered; a dead one gets as many tries as a new one."""
    return (
        update(alerts)
        .where(alerts.c.key == key, alerts.c.state.not_in(_DELIVERED), _HAS_SUBSCRIPTION)
        .values(
            state=AlertState.PENDING,
            held_for=None,
            due_at=now,
            attempts=case((IS_PENDING, alerts.c.attempts), else_=0),
        )
    )


def send_again(now: datetime) -> Update:
    """Make alerts due now as if they were new, where their subscription is still there."""
    values = {"state": AlertState.PENDING, "due_at": now, "attempts": 0}
    return update(alerts).where(_HAS_SUBSCRIPTION).values(values)


def finished_in(
    subscription: str, since: datetime, until: datetime
) -> tuple[ColumnElement[bool], ...]:
    """The conditions of the sent and dead alerts of a span."""
    return (
        alerts.c.subscription_key == subscription,
        alerts.c.created_at >= since,
        alerts.c.created_at < until,
        IS_FINISHED,
    )
