"""Rows for tests of constraints: inserted, refused, counted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from monitor.store.mapping import alert_rows, article_rows, feed_rows, subscription_rows
from monitor.store.schema.tables import alert_articles, alerts, articles, feeds, subscriptions
from tests.store.builders import a_feed, a_subscription, an_alert, an_article

FEED, STORY, DESK = a_feed(), an_article(), a_subscription()
ALERT = an_alert(STORY, DESK)


def add(connection: Connection, table: Table, **values: Any) -> None:
    connection.execute(insert(table).values(values))


def add_feed(connection: Connection, **changes: Any) -> None:
    add(connection, feeds, **feed_rows.feed_values(FEED) | changes)


def add_article(connection: Connection, **changes: Any) -> None:
    add(connection, articles, **article_rows.article_values(STORY) | changes)


def add_subscription(connection: Connection, **changes: Any) -> None:
    add(connection, subscriptions, **subscription_rows.subscription_values(DESK) | changes)


def add_alert(connection: Connection, **changes: Any) -> None:
    """The alert about the story, with its row for the story."""
    add(connection, alerts, **alert_rows.alert_values(ALERT) | changes)
    for link in alert_rows.alert_article_values(ALERT):
        add(connection, alert_articles, **link | {"alert_key": changes.get("key", ALERT.key)})


def refuses(connection: Connection, table: Table, **values: Any) -> None:
    """The database refuses this row; the transaction goes on."""
    with pytest.raises(IntegrityError), connection.begin_nested():
        add(connection, table, **values)


def remove(connection: Connection, table: Table) -> None:
    connection.execute(delete(table))


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
