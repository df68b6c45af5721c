"""Rows of alerts and attempts."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.alerts import AlertState
from monitor.domain.delivery_schedule import HoldReason
from monitor.domain.message_contents import ServiceCondition, ServiceStateChanged
from monitor.store.mapping import alert_rows
from monitor.store.schema.tables import alerts, attempts
from tests.store.builders import NOW, a_subscription, an_alert, an_article, an_attempt
from tests.store.mapping.conftest import ReadBack

STORY = an_article()


def test_an_alert_comes_back_with_its_articles_in_their_order(read_back: ReadBack):
    alert = an_alert(
        STORY, a_subscription(), article_keys=("b", "a"), state=AlertState.HELD,
        held_for=HoldReason.DIGEST, digest_key="d" * 64, silenced_by="s" * 64, last_error="status",
        attempts=3, due_at=NOW + timedelta(hours=1),
    )  # fmt: skip
    links = alert_rows.alert_article_values(alert)
    assert [(link["position"], link["article_key"]) for link in links] == [(0, "b"), (1, "a")]
    row = read_back(alerts, alert_rows.alert_values(alert))
    assert alert_rows.alert_from_row(row, [link["article_key"] for link in links]) == alert


def test_the_content_comes_back_as_the_class_of_its_type(read_back: ReadBack):
    condition = ServiceCondition(name="mail", sentence="the mail server is away")
    content = ServiceStateChanged(conditions=(condition,))
    alert = an_alert(STORY, a_subscription(), article_keys=(), content=content)
    row = read_back(alerts, alert_rows.alert_values(alert))
    assert alert_rows.alert_from_row(row, ()).content == content


def test_an_attempt_comes_back_with_its_duration(read_back: ReadBack):
    alert = an_alert(STORY, a_subscription())
    read_back(alerts, alert_rows.alert_values(alert))
    attempt = an_attempt(alert, took=timedelta(microseconds=1_234_567))
    row = read_back(attempts, alert_rows.attempt_values(attempt, "token"))
    assert row.token == "token"
    assert alert_rows.attempt_from_row(row) == attempt
