"""How long alerts take, from publication to the receiver's yes: medians and 95th percentiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
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

# From which moment of an alert's life it is counted.
STAGES = (
    "published",  # as the publisher says: most of this is the time until the feed was asked
    "seen",  # its feed was asked
    "decided",
    "handed_over",  # what is left is the receiver's own share
)
_PERCENT = {"p50": 50, "p95": 95}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLatency:
    """Seconds until the receiver had said yes."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToAlert:
    """Of some alerts: how long each took from each stage to its acceptance."""

    alerts: int
    waits: Mapping[str, AlertLatency]  # by stage; without "published" when no publisher gave a time


class LatencyReport:
    """Alerts about articles that were accepted, each with its first acceptance."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_channel(self, since: datetime) -> dict[ChannelKind, TimeToAlert]:
        """Those promised since then, by the channel of their subscription; one question."""
        return self._of(subscriptions.c.channel, since)

    def by_feed(self, since: datetime) -> dict[str, TimeToAlert]:
        """The same by the key of the feed."""
        return self._of(articles.c.feed_key, since)

    def _of(self, kind: Column[Any], since: datetime) -> dict[Any, TimeToAlert]:
        waits = _waits(kind, since, is_sqlite=self._database.is_sqlite)
        wanted = _percentiles(waits)
        found = self._database.read(lambda connection: connection.execute(wanted).all())
        return {row.kind: _time_to_alert(row) for row in found}


def _waits(kind: Column[Any], since: datetime, *, is_sqlite: bool) -> Subquery:
    """For each alert the seconds from each stage to its acceptance."""
    turn = func.row_number().over(
        partition_by=attempts.c.alert_key, order_by=(attempts.c.at, attempts.c.token)
    )
    took = type_coerce(attempts.c.took_us, BigInteger) / 1e6

    told_of_edit = articles.c.edited_at <= alerts.c.created_at

    def waited(begin: ColumnElement[Any]) -> ColumnElement[float]:
        """The very same unit from both: SQLite counts days, PostgreSQL has intervals."""
        if is_sqlite:
            days = func.julianday(attempts.c.at, type_=Double) - func.julianday(begin, type_=Double)
            return days * 86_400.0 + took
        return type_coerce(extract("epoch", attempts.c.at - begin), Double) + took

    return (
        select(
            kind.label("kind"),
            turn.label("turn"),
            waited(articles.c.published_at).label("published"),
            waited(case((told_of_edit, articles.c.edited_at), else_=articles.c.seen_at)).label(
                "seen"
            ),
            waited(alerts.c.created_at).label("decided"),
            took.label("handed_over"),
        )
        .select_from(alerts)
        .join(subscriptions, subscriptions.c.key == alerts.c.subscription_key)
        .join(attempts, attempts.c.alert_key == alerts.c.key)
        .join(alert_articles, alert_articles.c.alert_key == alerts.c.key)
        .join(articles, articles.c.key == alert_articles.c.article_key)
        .where(alerts.c.created_at >= since, alerts.c.type == MessageType.FLAGGED)
        .where(attempts.c.outcome == Outcome.SENT, alert_articles.c.position == 0)
        .subquery("waits")
    )


def _percentiles(waits: Subquery) -> Select[Any]:
    """A row for each kind: how many alerts, and of each stage the waits at these shares."""
    firsts = select(waits).where(waits.c.turn == 1).subquery("firsts")
    ranked = select(
        firsts.c.kind,
        *(firsts.c[stage] for stage in STAGES),
        *(_rank(firsts, stage).label(f"{stage}_rank") for stage in STAGES),
        *(_count(firsts, stage).label(f"{stage}_count") for stage in STAGES),
    ).subquery("ranked")
    found = []
    for stage in STAGES:
        for name, percent in _PERCENT.items():
            # the smallest wait that so many do not exceed
            place = (ranked.c[f"{stage}_count"] * percent + 99) // 100
            at = case((ranked.c[f"{stage}_rank"] == place, ranked.c[stage]))
            found.append(func.max(at).label(f"{stage}_{name}"))
    return select(ranked.c.kind, func.count().label("alerts"), *found).group_by(ranked.c.kind)


def _rank(firsts: Subquery, stage: str) -> ColumnElement[int]:
    """Its place among those of its kind; what has no such wait comes last."""
    wait = firsts.c[stage]
    return func.row_number().over(partition_by=firsts.c.kind, order_by=(wait.is_(None), wait))


def _count(firsts: Subquery, stage: str) -> ColumnElement[int]:
    return func.count(firsts.c[stage]).over(partition_by=firsts.c.kind)


def _time_to_alert(row: Row[Any]) -> TimeToAlert:
    values = row._mapping
    waits = {
        stage: AlertLatency(p50=float(values[f"{stage}_p50"]), p95=float(values[f"{stage}_p95"]))
        for stage in STAGES
        if values[f"{stage}_p50"] is not None
    }
    return TimeToAlert(alerts=row.alerts, waits=waits)
