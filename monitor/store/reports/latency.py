"""Alert latency, from publication to acceptance by the receiver: medians and percentiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Double,
    Row,
    Select,
    Subquery,
    case,
    extract,
    func,
    select,
    type_coerce,
)

from monitor.domain.alerts import ChannelKind, Outcome
from monitor.domain.messages import MessageType
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import alert_articles, alerts, articles, attempts, subscriptions

# The moments from which latency is measured.
STAGES = (
    "published",  # as the publisher states; most of this is the time until the feed was polled
    "seen",  # its feed was polled
    "decided",
    "handed_over",  # the attempt began; the rest is the receiver's share
)
_PERCENT = {"p05": 5, "p50": 50, "p95": 95}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLatency:
    """Seconds until the receiver had accepted the alert."""

    p50: float
    p95: float
    p05: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToAlert:
    """Latency of a group of alerts from each stage to acceptance."""

    alerts: int
    waits: Mapping[str, AlertLatency]  # by stage; without "published" if no article has a time


@dataclass(frozen=True, slots=True)
class AcceptedAlert:
    """The seconds until one alert was accepted, from the first sight and from the attempt."""

    channel: ChannelKind
    seen: float
    handed_over: float


class LatencyReport:
    """Latency of the article alerts that were accepted; of each the first acceptance counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_channel(
        self, since: datetime, *, newest: int | None = None
    ) -> dict[ChannelKind, TimeToAlert]:
        """The alerts created at `since` or later, by the channel of their subscription.

        With `newest` no more than so many alerts are looked at, those created last.
        """
        return self._by_kind(subscriptions.c.channel, since, newest)

    def by_feed(self, since: datetime) -> dict[str, TimeToAlert]:
        """The same, by feed key."""
        return self._by_kind(articles.c.feed_key, since)

    def accepted(self, since: datetime, limit: int) -> list[AcceptedAlert]:
        """The newest of these alerts, one by one, at most `limit`."""
        waits = _accepted_attempts(subscriptions.c.channel, since, self._database.is_sqlite)
        query = waits.add_columns(alerts.c.key).limit(limit)
        query = query.order_by(alerts.c.created_at.desc(), attempts.c.at.desc())

        def read(connection: Connection) -> list[AcceptedAlert]:
            first: dict[str, AcceptedAlert] = {}  # a later row is an earlier attempt
            for row in connection.execute(query):
                seen, handed_over = float(row.seen), float(row.handed_over)
                first[row.key] = AcceptedAlert(row.kind, seen, handed_over)
            return list(first.values())

        return self._database.read(read)

    def _by_kind(
        self, kind: Column[Any], since: datetime, newest: int | None = None
    ) -> dict[Any, TimeToAlert]:
        accepted = _accepted_attempts(kind, since, self._database.is_sqlite)
        if newest is not None:
            accepted = accepted.where(alerts.c.key.in_(_newest_alerts(since, newest)))
        waits = _waits(accepted)
        query = _percentiles(waits)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {row.kind: _time_to_alert(row) for row in rows}


def _newest_alerts(since: datetime, number: int) -> Select[Any]:
    """The keys of the article alerts that were created last, whether they were accepted or not."""
    keys = select(alerts.c.key).where(
        alerts.c.created_at >= since, alerts.c.type == MessageType.FLAGGED
    )
    return keys.order_by(alerts.c.created_at.desc(), alerts.c.key.desc()).limit(number)


def _waits(accepted: Select[Any]) -> Subquery:
    """For each alert the seconds from each stage to its acceptance; `turn` 1 is the first one."""
    turn = func.row_number().over(
        partition_by=attempts.c.alert_key, order_by=(attempts.c.at, attempts.c.token)
    )
    return accepted.add_columns(turn.label("turn")).subquery("waits")


def _accepted_attempts(kind: Column[Any], since: datetime, is_sqlite: bool) -> Select[Any]:
    took = type_coerce(attempts.c.took_us, BigInteger) / 1e6

    is_about_edit = articles.c.edited_at <= alerts.c.created_at

    def seconds_since(begin: ColumnElement[Any]) -> ColumnElement[float]:
        """Seconds on both databases: SQLite subtracts days, PostgreSQL gives intervals."""
        if is_sqlite:
            days = func.julianday(attempts.c.at, type_=Double) - func.julianday(begin, type_=Double)
            return days * 86_400.0 + took
        return type_coerce(extract("epoch", attempts.c.at - begin), Double) + took

    return (
        select(
            kind.label("kind"),
            seconds_since(articles.c.published_at).label("published"),
            seconds_since(
                case((is_about_edit, articles.c.edited_at), else_=articles.c.seen_at)
            ).label("seen"),
            seconds_since(alerts.c.created_at).label("decided"),
            took.label("handed_over"),
        )
        .select_from(alerts)
        .join(subscriptions, subscriptions.c.key == alerts.c.subscription_key)
        .join(attempts, attempts.c.alert_key == alerts.c.key)
        .join(alert_articles, alert_articles.c.alert_key == alerts.c.key)
        .join(articles, articles.c.key == alert_articles.c.article_key)
        .where(alerts.c.created_at >= since, alerts.c.type == MessageType.FLAGGED)
        .where(attempts.c.outcome == Outcome.SENT, alert_articles.c.position == 0)
    )


def _percentiles(waits: Subquery) -> Select[Any]:
    """One row for each kind: the number of alerts, and for each stage these percentiles."""
    firsts = select(waits).where(waits.c.turn == 1).subquery("firsts")
    ranked = select(
        firsts.c.kind,
        *(firsts.c[stage] for stage in STAGES),
        *(_rank(firsts, stage).label(f"{stage}_rank") for stage in STAGES),
        *(_count(firsts, stage).label(f"{stage}_count") for stage in STAGES),
    ).subquery("ranked")
    percentiles = []
    for stage in STAGES:
        for name, percent in _PERCENT.items():
            # the rank of the smallest wait that so many per cent do not exceed
            place = (ranked.c[f"{stage}_count"] * percent + 99) // 100
            at = case((ranked.c[f"{stage}_rank"] == place, ranked.c[stage]))
            percentiles.append(func.max(at).label(f"{stage}_{name}"))
    return select(ranked.c.kind, func.count().label("alerts"), *percentiles).group_by(ranked.c.kind)


def _rank(firsts: Subquery, stage: str) -> ColumnElement[int]:
    """The rank of a wait within its kind; alerts without such a wait come last."""
    wait = firsts.c[stage]
    return func.row_number().over(partition_by=firsts.c.kind, order_by=(wait.is_(None), wait))


def _count(firsts: Subquery, stage: str) -> ColumnElement[int]:
    return func.count(firsts.c[stage]).over(partition_by=firsts.c.kind)


def _time_to_alert(row: Row[Any]) -> TimeToAlert:
    values = row._mapping
    waits = {}
    for stage in STAGES:
        if values[f"{stage}_p50"] is not None:
            seconds = {name: float(values[f"{stage}_{name}"]) for name in _PERCENT}
            waits[stage] = AlertLatency(**seconds)
    return TimeToAlert(alerts=row.alerts, waits=waits)
