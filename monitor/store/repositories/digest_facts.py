"""What a gathered message says beside its articles, settled when it is sealed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.alerts.digest_schedule import DigestBatch
from monitor.domain.alerts import Subscription
from monitor.health.coverage import facts
from monitor.store.reports import coverage
from monitor.store.schema.tables import IS_HELD, IS_SILENCED, alerts, silences
from monitor.text.formats import rfc3339

# Of silences in one message; the number of what they kept back is whole.
_MOST_SILENCES = 20


def said(
    connection: Connection,
    asked: Subscription,
    gathering: DigestBatch,
    articles: Collection[str],
) -> dict[str, object]:
    """JSON: why these articles are one message, the time it covers, and what it does not tell."""
    watched = coverage.counted(connection, gathering.since, gathering.until, telling=articles)
    return {
        "kind": gathering.kind.value,
        "since": rfc3339(gathering.since),
        "until": rfc3339(gathering.until),
        "zone": asked.cadence.zone,
        "budget": asked.cadence.budget,
        "over_budget": gathering.over,
        "held": _still_held(connection, asked.key) - len(gathering.keys),
        **_silenced(connection, asked.key, gathering.since, gathering.until),
        "coverage": facts(watched),
    }


def _still_held(connection: Connection, key: str) -> int:
    counted = select(func.count()).where(alerts.c.subscription_key == key, IS_HELD)
    return connection.scalar(counted) or 0


def _silenced(
    connection: Connection, key: str, since: datetime, until: datetime
) -> dict[str, object]:
    """How many were silenced in this time, and by what; the most first."""
    number = func.count().label("number")
    counted = (
        select(silences, number)
        .select_from(alerts.join(silences, silences.c.key == alerts.c.silenced_by))
        .where(
            alerts.c.subscription_key == key,
            IS_SILENCED,
            alerts.c.created_at > since,
            alerts.c.created_at <= until,
        )
        .group_by(*silences.c)
        .order_by(number.desc(), silences.c.key)
    )
    found: Any = connection.execute(counted).all()
    return {
        "silenced": sum(row.number for row in found),
        "silences": [
            {
                "key": row.key,
                "reason": row.reason,
                "until": rfc3339(row.until),
                "articles": row.number,
            }
            for row in found[:_MOST_SILENCES]
        ],
    }
