"""Metrics of the stored data for monitoring: each family from one grouped query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from monitor.domain.alerts import AlertState, ChannelKind, Outcome, SubscriptionState
from monitor.domain.feeds import FeedState
from monitor.domain.jobs.job import JobKind
from monitor.domain.reasons import DeliveryReason
from monitor.polling import next_poll
from monitor.store.database.transactions import Database
from monitor.store.jobs.job_files import JobFiles
from monitor.store.jobs.job_repository import JobCounts, Jobs
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
from monitor.store.teaching.review_list import REVIEW_SPAN, waiting_condition

AlertChannel = ChannelKind | None  # None: the subscription was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverCounts:
    """How many subscriptions get alerts, and how many of their receivers do not take them."""

    active: int = 0
    failing: int = 0  # active ones whose last try failed
    disabled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """The state of the service, as stored in the database."""

    feeds: Mapping[FeedState, int]  # a paused feed counts as paused, whatever its state
    last_read_at: datetime | None  # when a feed was last read without an error
    feed_due_at: datetime | None  # of the feed that is overdue longest and not being polled
    articles: int
    flagged: int  # articles that are relevant
    alerts: Mapping[tuple[AlertChannel, AlertState], int]
    oldest_alert_at: datetime | None  # when the oldest pending alert was created
    # Of the alert that is overdue longest and not being sent; the time until which its receiver is
    # paused after failures does not count.
    alert_due_at: datetime | None
    last_attempt_at: datetime | None  # when an alert was last tried, whatever the outcome
    attempts: Mapping[tuple[Outcome, DeliveryReason], int]
    receivers: ReceiverCounts
    in_review: int = 0  # articles of the last 30 days that wait for a person's answer
    feeds_ahead: int = 0  # that were polled at an instant in the future: by a wrong clock


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMetrics:
    """What monitoring programs are told of the stored data."""

    state: StoreState
    # of the last day, by ("channel", name) and ("feed", key)
    times: Mapping[tuple[str, str], TimeToAlert]
    jobs: Mapping[JobKind, JobCounts] = field(default_factory=dict)
    job_file_bytes: int = 0  # of the files that jobs made


def store_metrics(database: Database, now: datetime) -> StoreMetrics:
    """All metrics at one instant; the times cost more than the state."""
    times = _times(database, now - timedelta(days=1))
    return StoreMetrics(
        state=store_state(database, now),
        jobs=Jobs(database).counts(),
        job_file_bytes=JobFiles(database).total_bytes(),
        times=times,
    )


def store_state(database: Database, now: datetime) -> StoreState:
    """The state at one instant; alerts of inactive subscriptions are not counted as waiting."""
    relevant = select(func.count()).select_from(articles).where(IS_RELEVANT)
    waiting = select(func.count()).select_from(articles)
    waiting = waiting.where(*waiting_condition(now - REVIEW_SPAN))

    def select_state(connection: Connection) -> StoreState:
        last_read_at, feed_due_at, feeds_ahead = _feed_times(connection, now)
        oldest_alert_at, alert_due_at = _alert_times(connection, now)
        attempt_counts, last_attempt_at = _attempts(connection)
        return StoreState(
            feeds=_feeds(connection),
            last_read_at=last_read_at,
            feed_due_at=feed_due_at,
            articles=connection.scalar(select(func.count()).select_from(articles)) or 0,
            flagged=connection.scalar(relevant) or 0,
            in_review=connection.scalar(waiting) or 0,
            alerts=_alerts(connection),
            oldest_alert_at=oldest_alert_at,
            alert_due_at=alert_due_at,
            attempts=attempt_counts,
            last_attempt_at=last_attempt_at,
            receivers=_receivers(connection),
            feeds_ahead=feeds_ahead,
        )

    return database.read(select_state)


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


def _attempts(
    connection: Connection,
) -> tuple[dict[tuple[Outcome, DeliveryReason], int], datetime | None]:
    """The number of attempts by outcome and reason, and the time of the last one."""
    kinds = (attempts.c.outcome, attempts.c.reason)
    latest = func.max(attempts.c.at, type_=attempts.c.at.type).label("latest")
    query = select(*kinds, func.count().label("number"), latest).group_by(*kinds)
    rows = connection.execute(query).all()
    counts = {(row.outcome, row.reason): row.number for row in rows}
    return counts, max((row.latest for row in rows), default=None)


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
