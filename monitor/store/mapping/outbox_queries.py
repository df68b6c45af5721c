"""Statements of the outbox: which alerts are listed, and which are sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Update, case, select, update

from monitor.domain.alerts import AlertState
from monitor.domain.messages import MessageType
from monitor.store.schema.tables import HAS_SUBSCRIPTION, IS_PENDING, alerts, subscriptions

IS_FINISHED = alerts.c.state.in_((AlertState.SENT, AlertState.DEAD))
_HAS_SUBSCRIPTION = select(subscriptions.c.key).where(HAS_SUBSCRIPTION).exists()
_DELIVERED = (AlertState.SENT, AlertState.GATHERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts; None does not restrict."""

    state: AlertState | None = None
    subscription: str | None = None  # its key
    message_type: MessageType | None = None
    since: datetime | None = None  # created at or after
    until: datetime | None = None  # created before

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The conditions on the table of alerts."""
        if self.state is not None:
            yield alerts.c.state == self.state
        if self.subscription is not None:
            yield alerts.c.subscription_key == self.subscription
        if self.message_type is not None:
            yield alerts.c.type == self.message_type
        if self.since is not None:
            yield alerts.c.created_at >= self.since
        if self.until is not None:
            yield alerts.c.created_at < self.until


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
