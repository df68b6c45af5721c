"""Numbers for those who watch the service: each kind from one grouped question."""

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

Channel = ChannelKind | None  # None: the subscription was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMetrics:
    """How the service does, as the database knows it."""

    feeds: Mapping[FeedState, int]  # a paused feed counts as that, whatever else
    last_read_at: datetime | None  # when a publisher last answered as a feed should
    feed_due_at: datetime | None  # the longest due of the feeds that nobody asks just now
    articles: int
    flagged: int  # of the articles
    alerts: Mapping[tuple[Channel, AlertState], int]
    oldest_alert_at: datetime | None  # when the oldest that waits was promised
    alert_due_at: datetime | None  # the longest due of the alerts that nobody sends just now
    attempts: Mapping[tuple[Outcome, DeliveryReason], int]
    times: Mapping[tuple[str, str], TimeToAlert]  # of a day: ("channel", its name), ("feed", key)


def read(database: Database, now: datetime) -> StoreMetrics:
    """All of them, of one instant.  Alerts of subscriptions that are not active do not wait."""
    relevant = select(func.count()).select_from(articles).where(IS_RELEVANT)

    def look(connection: Connection) -> StoreMetrics:
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

    return replace(database.read(look), times=_times(database, now - timedelta(days=1)))


Times = tuple[datetime | None, datetime | None]


def _feed_times(connection: Connection, now: datetime) -> Times:
    waits = and_(feeds.c.paused.is_(False), _unleased(feeds.c.lease_until, now))
    wanted = select(func.max(feeds.c.last_ok_at), func.min(feeds.c.due_at).filter(waits))
    last, due = connection.execute(wanted).one()
    return last, due


def _alert_times(connection: Connection, now: datetime) -> Times:
    free = _unleased(alerts.c.lease_until, now)
    wanted = select(func.min(alerts.c.created_at), func.min(alerts.c.due_at).filter(free))
    waiting = wanted.where(IS_PENDING, HAS_SUBSCRIPTION, IS_ACTIVE)
    oldest, due = connection.execute(waiting).one()
    return oldest, due


def _unleased(lease_until: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    return or_(lease_until.is_(None), lease_until <= now)


def _feeds(connection: Connection) -> dict[FeedState, int]:
    found = dict.fromkeys(FeedState, 0)
    kinds = (feeds.c.paused, feeds.c.state)
    for paused, state, number in connection.execute(select(*kinds, func.count()).group_by(*kinds)):
        found[FeedState.PAUSED if paused else state] += number
    return found


def _alerts(connection: Connection) -> dict[tuple[Channel, AlertState], int]:
    # the join is made here: of a hundred thousand alerts, for a dozen subscriptions
    named = select(subscriptions.c.key, subscriptions.c.channel)
    channels = {row.key: row.channel for row in connection.execute(named)}
    kinds = (alerts.c.subscription_key, alerts.c.state)
    found: Counter[tuple[Channel, AlertState]] = Counter()
    for key, state, number in connection.execute(select(*kinds, func.count()).group_by(*kinds)):
        found[channels.get(key), state] += number
    return dict(found)


def _times(database: Database, since: datetime) -> dict[tuple[str, str], TimeToAlert]:
    timing = LatencyReport(database)
    channels = {("channel", str(name)): took for name, took in timing.by_channel(since).items()}
    return channels | {("feed", key): took for key, took in timing.by_feed(since).items()}


def _attempts(connection: Connection) -> dict[tuple[Outcome, DeliveryReason], int]:
    kinds = (attempts.c.outcome, attempts.c.reason)
    wanted = select(*kinds, func.count()).group_by(*kinds)
    return {(outcome, reason): number for outcome, reason, number in connection.execute(wanted)}
