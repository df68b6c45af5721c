"""State of the work of polling and delivering, which the health of the service follows from.

Every open page asks for it twice a minute, so nothing here counts articles, alerts or attempts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from monitor.domain.alerts import SubscriptionState
from monitor.domain.feeds import FeedState
from monitor.polling import next_poll
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import (
    HAS_SUBSCRIPTION,
    IS_ACTIVE,
    IS_PENDING,
    alerts,
    attempts,
    feeds,
    subscriptions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverCounts:
    """How many subscriptions get alerts, and how many of their receivers do not take them."""

    active: int = 0
    failing: int = 0  # active ones whose last try failed
    disabled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkState:
    """What is read and sent, and what waits for it, as stored in the database."""

    feeds: Mapping[FeedState, int]  # a paused feed counts as paused, whatever its state
    last_read_at: datetime | None  # when a feed was last read without an error
    feed_due_at: datetime | None  # of the feed that is overdue longest and not being polled
    oldest_alert_at: datetime | None  # when the oldest pending alert was created
    # Of the alert that is overdue longest and not being sent; the time until which its receiver is
    # paused after failures does not count.
    alert_due_at: datetime | None
    # When an alert was last tried, whatever the outcome; looked up only while one is overdue.
    last_attempt_at: datetime | None
    receivers: ReceiverCounts
    feeds_ahead: int = 0  # that were polled at an instant in the future: by a wrong clock


def work_state(database: Database, now: datetime) -> WorkState:
    """The state at one instant; alerts of inactive subscriptions are not counted as waiting."""
    return database.read(lambda connection: select_work(connection, now))


def select_work(connection: Connection, now: datetime) -> WorkState:
    """The same within a transaction."""
    last_read_at, feed_due_at, feeds_ahead = _feed_times(connection, now)
    oldest_alert_at, alert_due_at = _alert_times(connection, now)
    is_overdue = alert_due_at is not None and alert_due_at <= now
    last_attempt = select(func.max(attempts.c.at, type_=attempts.c.at.type))
    return WorkState(
        feeds=_feeds(connection),
        last_read_at=last_read_at,
        feed_due_at=feed_due_at,
        oldest_alert_at=oldest_alert_at,
        alert_due_at=alert_due_at,
        last_attempt_at=connection.scalar(last_attempt) if is_overdue else None,
        receivers=_receivers(connection),
        feeds_ahead=feeds_ahead,
    )


Times = tuple[datetime | None, datetime | None]


def _feed_times(
    connection: Connection, now: datetime
) -> tuple[datetime | None, datetime | None, int]:
    """When a feed was last read, which is due longest, and how many were polled in the future."""
    ahead = now + next_poll.SKEW
    is_active = feeds.c.paused.is_(False)
    waits = and_(is_active, _unleased(feeds.c.lease_until, now))
    query = select(
        func.max(feeds.c.last_ok_at).filter(feeds.c.last_ok_at <= ahead),
        func.min(feeds.c.due_at).filter(waits),
        func.count().filter(is_active, feeds.c.asked_at > ahead, feeds.c.due_at > ahead),
    )
    last, due, number_ahead = connection.execute(query).one()
    return last, due, number_ahead


def _alert_times(connection: Connection, now: datetime) -> Times:
    free = _unleased(alerts.c.lease_until, now)
    paused_until = subscriptions.c.rests_until
    claimable_at = case((paused_until > alerts.c.due_at, paused_until), else_=alerts.c.due_at)
    query = select(func.min(alerts.c.created_at), func.min(claimable_at).filter(free))
    waiting = query.where(IS_PENDING, HAS_SUBSCRIPTION, IS_ACTIVE)
    oldest, due = connection.execute(waiting).one()
    return oldest, due


def _unleased(lease_until: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(lease_until.is_(None), lease_until <= now)


def _feeds(connection: Connection) -> dict[FeedState, int]:
    counts = dict.fromkeys(FeedState, 0)
    kinds = (feeds.c.paused, feeds.c.state)
    for paused, state, number in connection.execute(select(*kinds, func.count()).group_by(*kinds)):
        counts[FeedState.PAUSED if paused else state] += number
    return counts


def _receivers(connection: Connection) -> ReceiverCounts:
    kinds = (subscriptions.c.state, (subscriptions.c.failures > 0).label("fails"))
    query = select(*kinds, func.count().label("number")).group_by(*kinds)
    counts: Counter[tuple[SubscriptionState, bool]] = Counter()
    for row in connection.execute(query):
        counts[row.state, bool(row.fails)] += row.number
    active, disabled = SubscriptionState.ACTIVE, SubscriptionState.DISABLED
    return ReceiverCounts(
        active=counts[active, True] + counts[active, False],
        failing=counts[active, True],
        disabled=counts[disabled, True] + counts[disabled, False],
    )
