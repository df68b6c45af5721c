"""Outbox: alerts are found, listed and counted."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from monitor.domain.alerts import (
    AlertState,
)
from monitor.store.mapping.outbox_queries import AlertFilter
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)
from tests.store.repositories.test_outbox import add_alerts, claim

LEASE = 5 * MINUTE


class TestFind:
    def test_takes_a_key_or_its_beginning(self, store: Store) -> None:
        (alert,) = add_alerts(store, a_subscription())
        assert store.outbox.find(alert.key) == alert
        assert store.outbox.find(alert.key[:8]) == alert
        assert store.outbox.find("nobody") is None


class TestList:
    def test_can_be_limited_to_a_span_of_time(self, store: Store) -> None:
        (alert,) = add_alerts(store, a_subscription())
        after = alert.created_at + MINUTE
        assert store.outbox.list(since=alert.created_at, until=after) == [alert]
        assert store.outbox.list(since=after) == store.outbox.list(until=alert.created_at) == []

    def test_has_the_alerts_that_match_the_filters_newest_first(self, store: Store) -> None:
        first, second = a_subscription("one"), a_subscription("two")
        feed = a_feed()
        store.feeds.add(feed)
        store.subscriptions.add(first)
        store.subscriptions.add(second)
        articles = [an_article(str(n), feed, seen_at=NOW + n * MINUTE) for n in range(4)]
        alerts = [
            an_alert(article, second if n % 2 else first) for n, article in enumerate(articles)
        ]
        store.commit([a_poll(feed, *articles, alerts=tuple(alerts))])
        assert store.outbox.list() == alerts[::-1]
        assert store.outbox.list(limit=1) == [alerts[3]]
        assert store.outbox.list(subscription=first.key) == [alerts[2], alerts[0]]
        assert store.outbox.list(state=AlertState.SENT) == []


class TestNextDue:
    def test_is_none_when_nothing_waits(self, store: Store) -> None:
        assert store.outbox.next_due(NOW) is None

    def test_is_now_when_something_does(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        assert store.outbox.next_due(NOW) == NOW

    def test_is_when_the_first_becomes_due(self, store: Store) -> None:
        alerts = add_alerts(store, a_subscription(), 2)
        early = alerts[0].due_at - MINUTE
        assert store.outbox.next_due(early) == alerts[0].due_at

    def test_is_when_the_lease_runs_out(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        claim(store)
        assert store.outbox.next_due(NOW) == NOW + LEASE


def test_counts_name_every_state(store: Store) -> None:
    assert store.outbox.counts() == dict.fromkeys(AlertState, 0)
    add_alerts(store, a_subscription(), 2)
    (claimed,) = claim(store, limit=1)
    store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
    assert store.outbox.counts() == dict.fromkeys(AlertState, 0) | {
        AlertState.PENDING: 1,
        AlertState.SENT: 1,
    }


def test_the_query_of_due_alerts_uses_its_index(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        statements: list[str] = []
        add_alerts(store, a_subscription())
        driver = store._database._driver
        driver(lambda connection: connection.set_trace_callback(statements.append))
        claim(store)
        driver(lambda connection: connection.set_trace_callback(None))
        (query,) = [statement for statement in statements if "chosen" in statement]
        plan = store._database.read(
            lambda connection: str(connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
        )
    assert "ix_alerts_pending" in plan
    assert "SCAN chosen" not in plan
    assert "SCAN alerts" not in plan


def test_a_list_goes_on_after_the_last_alert_of_the_page_before(store: Store) -> None:
    desk = a_subscription()
    store.subscriptions.add(desk)
    same_instant = [replace(alert, created_at=NOW) for alert in add_alerts(store, desk, 5)]
    keys = sorted((alert.key for alert in same_instant), reverse=True)
    seen, after = [], None
    while page := store.outbox.page(AlertFilter(), after=after, limit=2):
        seen += [alert.key for alert in page]
        after = page[-1].created_at, page[-1].key
    assert sorted(seen, reverse=True) == keys
    assert len(seen) == len(set(seen))
