"""Metrics of the stored data for monitoring: each family from one grouped query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from monitor.domain.alerts import AlertState, ChannelKind, Outcome
from monitor.domain.feeds import FeedState
from monitor.domain.reasons import DeliveryReason
from monitor.store.database.transactions import Database
from monitor.store.reports.latency import LatencyReport, TimeToAlert
from monitor.store.schema.tables import (
    HAS_SUBSCRIPTION,
    IS_ACTIVE,
    IS_PENDING,
    IS_RELEVANT,
    alerts,
    articles,
    attempts,
    feeds,
    subscriptions,
)

AlertChannel = ChannelKind | None  # None: the subscription was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMetrics:
    """The state of the service, as stored in the database."""

    feeds: Mapping[FeedState, int]  # a paused feed counts as paused, whatever its state
    last_read_at: datetime | None  # when a feed was last read without an error
    feed_due_at: datetime | None  # of the feed that is overdue longest and not being polled
    articles: int
    flagged: int  # articles that are relevant
    alerts: Mapping[tuple[AlertChannel, AlertState], int]
    oldest_alert_at: datetime | None  # when the oldest pending alert was created
    alert_due_at: datetime | None  # of the alert that is overdue longest and not being sent
    attempts: Mapping[tuple[Outcome, DeliveryReason], int]
    times: Mapping[
        tuple[str, str], TimeToAlert
    ]  # of the last day, by ("channel", name) and ("feed", key)


def store_metrics(database: Database, now: datetime) -> StoreMetrics:
    """All metrics at one instant; alerts of inactive subscriptions are not counted as waiting."""
    relevant = select(func.count()).select_from(articles).where(IS_RELEVANT)

    def select_metrics(connection: Connection) -> StoreMetrics:
        last_read_at, feed_due_at = _feed_times(connection, now)
        oldest_alert_at, alert_due_at = _alert_times(connection, now)
        return StoreMetrics(
            feeds=_feeds(connection),
            last_read_at=last_read_at,
            feed_due_at=feed_due_at,
            articles=connection.scalar(select(func.count()).select_from(articles)) or 0,
            flagged=connection.scalar(relevant) or 0,
            alerts=_alerts(connection),
            oldest_alert_at=oldest_alert_at,
            alert_due_at=alert_due_at,
            attempts=_attempts(connection),
            times={},
        )

    return replace(database.read(select_metrics), times=_times(database, now - timedelta(days=1)))


Times = tuple[datetime | None, datetime | None]


def _feed_times(connection: Connection, now: datetime) -> Times:
    waits = and_(feeds.c.paused.is_(False), _unleased(feeds.c.lease_until, now))
    query = select(func.max(feeds.c.last_ok_at), func.min(feeds.c.due_at).filter(waits))
    last, due = connection.execute(query).one()
    return last, due


def _alert_times(connection: Connection, now: datetime) -> Times:
    free = _unleased(alerts.c.lease_until, now)
    query = select(func.min(alerts.c.created_at), func.min(alerts.c.due_at).filter(free))
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


def _alerts(connection: Connection) -> dict[tuple[AlertChannel, AlertState], int]:
    # joined here, not in SQL: there are 100,000 alerts and a dozen subscriptions
    query = select(subscriptions.c.key, subscriptions.c.channel)
    channels = {row.key: row.channel for row in connection.execute(query)}
    kinds = (alerts.c.subscription_key, alerts.c.state)
    counts: Counter[tuple[AlertChannel, AlertState]] = Counter()
    for key, state, number in connection.execute(select(*kinds, func.count()).group_by(*kinds)):
        counts[channels.get(key), state] += number
    return dict(counts)


def _times(database: Database, since: datetime) -> dict[tuple[str, str], TimeToAlert]:
    latency = LatencyReport(database)
    channels = {("channel", str(name)): times for name, times in latency.by_channel(since).items()}
    return channels | {("feed", key): times for key, times in latency.by_feed(since).items()}


def _attempts(connection: Connection) -> dict[tuple[Outcome, DeliveryReason], int]:
    kinds = (attempts.c.outcome, attempts.c.reason)
    query = select(*kinds, func.count()).group_by(*kinds)
    return {(outcome, reason): number for outcome, reason, number in connection.execute(query)}
