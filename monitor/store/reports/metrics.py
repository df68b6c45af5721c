"""Metrics of the stored data for monitoring: each family from one grouped query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from monitor.domain.alerts import AlertState, ChannelKind, Outcome
from monitor.domain.jobs.job import JobKind
from monitor.domain.reasons import DeliveryReason
from monitor.store.database.transactions import Database
from monitor.store.jobs.job_files import JobFiles
from monitor.store.jobs.job_repository import JobCounts, Jobs
from monitor.store.reports import work_state
from monitor.store.reports.latency import LatencyReport, TimeToAlert
from monitor.store.reports.work_state import WorkState
from monitor.store.schema.tables import (
    IS_RELEVANT,
    alerts,
    articles,
    attempts,
    subscriptions,
)
from monitor.store.teaching.review_list import REVIEW_SPAN, waiting_condition

AlertChannel = ChannelKind | None  # None: the subscription was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState(WorkState):
    """The state of the work, and counts of everything that is stored."""

    articles: int
    flagged: int  # articles that are relevant
    alerts: Mapping[tuple[AlertChannel, AlertState], int]
    attempts: Mapping[tuple[Outcome, DeliveryReason], int]
    in_review: int = 0  # articles of the last 30 days that wait for a person's answer


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
        attempt_counts, last_attempt_at = _attempts(connection)
        work = work_state.select_work(connection, now)
        of_work = {field.name: getattr(work, field.name) for field in fields(work)}
        return StoreState(
            **of_work | {"last_attempt_at": last_attempt_at},
            articles=connection.scalar(select(func.count()).select_from(articles)) or 0,
            flagged=connection.scalar(relevant) or 0,
            in_review=connection.scalar(waiting) or 0,
            alerts=_alerts(connection),
            attempts=attempt_counts,
        )

    return database.read(select_state)


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
