"""Held-back alerts of a story: articles that subscriptions were not told, with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.schema.tables import (
    IS_REPEATED,
    alert_articles,
    alerts,
    story_articles,
    subscriptions,
)

MOST = 200  # of one story, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBackAlert:
    """An article of a story that one subscription was not told."""

    article_key: str
    subscription: str  # its name
    at: datetime
    reason: str


def held_back(connection: Connection, number: int) -> list[HeldBackAlert]:
    """The newest held-back alerts of a story, in order of time."""
    query = (
        select(
            alert_articles.c.article_key,
            subscriptions.c.name,
            alerts.c.created_at,
            alerts.c.last_error,
        )
        .select_from(
            story_articles.join(
                alert_articles, alert_articles.c.article_key == story_articles.c.article_key
            )
            .join(alerts, alerts.c.key == alert_articles.c.alert_key)
            .join(subscriptions, subscriptions.c.key == alerts.c.subscription_key)
        )
        .where(story_articles.c.story == number, IS_REPEATED)
        .order_by(alerts.c.created_at.desc(), alerts.c.key)
        .limit(MOST)
    )
    return [
        HeldBackAlert(
            article_key=row.article_key,
            subscription=row.name,
            at=row.created_at,
            reason=row.last_error or "",
        )
        for row in reversed(connection.execute(query).all())
    ]
