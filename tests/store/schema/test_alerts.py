"""The tables of delivery refuse what no reader could use."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from monitor.store.mapping import alert_rows, subscription_rows
from monitor.store.schema.tables import alert_articles, alerts, attempts, subscriptions
from tests.store.builders import NOW, an_attempt
from tests.store.schema import rows
from tests.store.schema.rows import ALERT, DESK


@pytest.mark.parametrize(
    "changes",
    [{"key": "another"}, {"key": "b", "name": "b", "min_score": 1.1},
     {"key": "b", "name": "b", "min_score": -0.1}],
    ids=["name", "high", "low"],
)  # fmt: skip
def test_a_subscription_has_a_name_of_its_own_and_a_possible_score(
    connection: Connection, changes: dict[str, Any]
):
    rows.add_subscription(connection)
    values = subscription_rows.subscription_values(DESK)
    rows.refuses(connection, subscriptions, **values | changes)
    rows.add_subscription(connection, key="b", name="b", min_score=1.0)


def test_an_alert_has_stored_articles_only(connection: Connection):
    rows.add_article(connection)
    rows.add_alert(connection)
    link = {"alert_key": ALERT.key, "position": 1, "article_key": "not stored"}
    rows.refuses(connection, alert_articles, **link)


def test_an_alert_outlives_its_subscription_and_takes_its_attempts_along(connection: Connection):
    rows.add_article(connection)
    rows.add_subscription(connection)
    rows.add_alert(connection)
    rows.add(connection, attempts, **alert_rows.attempt_values(an_attempt(ALERT), "token"))
    rows.remove(connection, subscriptions)
    assert rows.count(connection, alerts) == rows.count(connection, attempts) == 1
    rows.remove(connection, alerts)
    assert rows.count(connection, alert_articles) == rows.count(connection, attempts) == 0


def test_a_token_is_one_claim_of_one_alert(connection: Connection):
    rows.add_article(connection)
    rows.add_alert(connection, lease_token="t", lease_until=NOW)
    rows.add_alert(connection, key="unclaimed")
    rows.add_alert(connection, key="another")
    again = alert_rows.alert_values(ALERT) | {"key": "twice", "lease_token": "t"}
    rows.refuses(connection, alerts, **again)


def test_two_attempts_with_one_number_differ_by_their_token(connection: Connection):
    rows.add_article(connection)
    rows.add_alert(connection)
    attempt = an_attempt(ALERT)
    for token in ("one", "two"):
        rows.add(connection, attempts, **alert_rows.attempt_values(attempt, token))
    rows.refuses(connection, attempts, **alert_rows.attempt_values(attempt, "two"))
