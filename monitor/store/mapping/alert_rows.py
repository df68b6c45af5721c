"""Map subscriptions and alerts to rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from monitor.domain.alerts import About, Alert, EndpointHealth, Subscription
from monitor.domain.delivery_schedule import AT_ONCE
from monitor.domain.message_contents import content_from_json
from monitor.store.mapping import delivery_schedule
from monitor.store.mapping.column_text import Values, exact_text
from monitor.store.schema.base import URL_LENGTH


def subscription_values(subscription: Subscription) -> Values:
    """A row of `subscriptions`.  Raise ConfigError for a name or address that can't be stored."""
    secret = subscription.signing_secret or subscription.private_url
    return {
        "key": exact_text("subscription's key", subscription.key, 64),
        "name": exact_text("subscription's name", subscription.name, 200),
        "channel": subscription.channel,
        "address": exact_text("subscription's address", subscription.address, URL_LENGTH),
        "secret": exact_text("subscription's secret", secret, URL_LENGTH) if secret else "",
        "old_secrets": secrets_values(subscription.old_secrets),
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "about": sorted(subscription.about),
        "cadence": delivery_schedule.cadence_values(subscription.cadence),
        "next_at": None if subscription.cadence == AT_ONCE else subscription.created_at,
        "spent": 0,
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        **health_values(subscription.health),
        "created_at": subscription.created_at,
    }


def secrets_values(old: Sequence[tuple[str, datetime]]) -> list[list[str]]:
    """The JSON of former signing secrets, each with its end."""
    return [[secret, until.isoformat()] for secret, until in old]


def health_values(health: EndpointHealth) -> Values:
    """The columns of `subscriptions` that hold the endpoint's health."""
    return {
        "failures": health.failures,
        "refusals": health.refusals,
        "failing_since": health.failing_since,
        "failed_at": health.failed_at,
        "rests_until": health.paused_until,
    }


def subscription_of(row: Row[Any]) -> Subscription:
    """The subscription of this row.

    The column `secret` holds a signing secret, which is base64, or a private URL.
    """
    is_url = "://" in row.secret
    return Subscription(
        key=row.key,
        name=row.name,
        channel=row.channel,
        address=row.address,
        signing_secret="" if is_url else row.secret,
        private_url=row.secret if is_url else "",
        themes=frozenset(row.themes),
        languages=frozenset(row.languages),
        feeds=frozenset(row.feeds),
        min_score=row.min_score,
        about=frozenset(About(word) for word in row.about),
        cadence=delivery_schedule.cadence_of(row.cadence),
        state=row.state,
        state_reason=row.state_reason,
        old_secrets=tuple((old, datetime.fromisoformat(until)) for old, until in row.old_secrets),
        health=EndpointHealth(
            failures=row.failures,
            refusals=row.refusals,
            failing_since=row.failing_since,
            failed_at=row.failed_at,
            paused_until=row.rests_until,
        ),
        created_at=row.created_at,
    )


def alert_values(alert: Alert) -> Values:
    """A row of `alerts`; its articles are rows of `alert_articles`, see `alert_article_values`."""
    return {
        "key": alert.key,
        "subscription_key": alert.subscription_key,
        "type": alert.type,
        "data": alert.content.to_json(),
        "created_at": alert.created_at,
        "due_at": alert.due_at,
        "attempts": alert.attempts,
        "state": alert.state,
        "held_for": alert.held_for,
        "told_in": alert.told_in,
        "silenced_by": alert.silenced_by,
        "last_error": alert.last_error,
    }


def alert_article_values(alert: Alert) -> list[Values]:
    """The rows of `alert_articles`, in the order of the alert."""
    return [
        {"alert_key": alert.key, "position": position, "article_key": key}
        for position, key in enumerate(alert.article_keys)
    ]


def alert_of(row: Row[Any], article_keys: Sequence[str]) -> Alert:
    """The alert of this row and of its rows in `alert_articles`."""
    return Alert(
        key=row.key,
        subscription_key=row.subscription_key,
        article_keys=tuple(article_keys),
        content=content_from_json(row.type, row.data),
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=row.state,
        held_for=row.held_for,
        told_in=row.told_in,
        silenced_by=row.silenced_by,
        last_error=row.last_error,
    )
