"""Rows of `hubs` and `hub_farewells`: WebSub subscriptions to columns, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from monitor.polling.websub import HubSubscription, PendingUnsubscribe
from monitor.store.mapping.column_text import Values
from monitor.store.schema.base import SENTENCE_LENGTH


def hub_values(subscription: HubSubscription) -> Values:
    """The columns that a save writes: without `heard_at`, which notifications write."""
    return {
        "hub": subscription.hub,
        "topic": subscription.topic,
        "token": subscription.token,
        "secret": subscription.secret,
        "state": subscription.state,
        "callback": subscription.callback,
        "due_at": subscription.due_at,
        "until": subscription.until,
        "failures": subscription.failures,
        "why": subscription.why[:SENTENCE_LENGTH],
    }


def hub_from_row(row: Row[Any]) -> HubSubscription:
    """The subscription of a row of `hubs`."""
    return HubSubscription(
        feed_key=row.feed_key,
        hub=row.hub,
        topic=row.topic,
        token=row.token,
        secret=row.secret,
        state=row.state,
        callback=row.callback,
        due_at=row.due_at,
        until=row.until,
        heard_at=row.heard_at,
        failures=row.failures,
        why=row.why,
    )


def unsubscribe_from_row(row: Row[Any]) -> PendingUnsubscribe:
    """The pending unsubscribe request of a row of `hub_farewells`."""
    return PendingUnsubscribe(
        token=row.token,
        hub=row.hub,
        topic=row.topic,
        callback=row.callback,
        until=row.until,
        due_at=row.due_at,
        tries=row.tries,
    )
