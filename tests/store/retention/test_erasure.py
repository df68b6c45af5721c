"""Erasure removes every trace of one subscription, on both databases, and nothing of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.domain.alerts import Alert, Outcome, Subscription
from monitor.domain.message_contents import SubscriptionDisabled
from monitor.domain.muting.silence import Silence
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

ADDRESS = "mina.reader@private.example"
FEED = a_feed()


def add_alerts(store: Store, subscription: Subscription, *names: str) -> list[Alert]:
    """Alerts of these articles, each with an attempt."""
    articles = [an_article(name, FEED) for name in names]
    alerts = [an_alert(article, subscription) for article in articles]
    store.commit([a_poll(FEED, *articles, alerts=alerts)])
    for claim in store.outbox.claim(NOW, limit=100, per_subscription=100, lease=MINUTE):
        detail = f"250 accepted for {subscription.address}"
        attempt = an_attempt(claim.alert, Outcome.SENT, detail=detail)
        assert store.outbox.record(attempt, token=claim.token, due_at=None)
    return alerts


def erase(store: Store, key: str, batch: int = 2) -> tuple[int, int]:
    """Messages and attempts that were erased."""
    alerts = attempts = 0
    after, is_last = "", False
    while not is_last:
        step = store.erasure.step(key, after, batch=batch)
        alerts, attempts = alerts + step.alerts, attempts + step.attempts
        after, is_last = step.last_key, step.is_last
    store.erasure.finish(key)
    return alerts, attempts


def test_its_rows_go_and_those_of_others_stay(store: Store):
    store.feeds.add(FEED)
    mina, desk = a_subscription("mina", address=ADDRESS), a_subscription("desk")
    for subscription in (mina, desk):
        store.subscriptions.add(subscription)
    add_alerts(store, mina, "a", "b", "c")
    (alert_of_desk,) = add_alerts(store, desk, "d")
    for number, key in enumerate((mina.key, desk.key, None)):
        store.silences.add(
            Silence(
                key=f"{number}" * 32,
                subscription_key=key,
                term="kursk",
                reason="holiday",
                created_at=NOW,
                until=NOW + MINUTE,
            )
        )
    assert erase(store, mina.key) == (3, 3)
    assert [stored.key for stored in store.subscriptions.list()] == [desk.key]
    assert store.outbox.list(subscription=mina.key) == []
    assert [attempt.outcome for attempt in store.outbox.attempts(alert_of_desk.key)] == [
        Outcome.SENT
    ]
    assert {silence.subscription_key for silence in store.silences.list()} == {desk.key, None}
    assert store.erasure.keys_of_removed(mina.key) == []


def test_notices_to_others_that_name_it_go(store: Store):
    mina, ops = a_subscription("mina"), a_subscription("ops")
    for subscription in (mina, ops):
        store.subscriptions.add(subscription)
    notices = [
        replace(
            an_alert(an_article(), ops, key=key),
            article_keys=(),
            content=SubscriptionDisabled(subscription=disabled.key, name=disabled.name),
        )
        for key, disabled in (("a" * 32, mina), ("b" * 32, ops))
    ]
    store.outbox.add(notices)
    assert erase(store, mina.key) == (1, 0)
    assert store.outbox.find("a" * 32) is None
    assert store.outbox.find("b" * 32) is not None


def test_one_that_was_removed_before_is_found_by_its_alerts(store: Store):
    store.feeds.add(FEED)
    mina = a_subscription("mina")
    store.subscriptions.add(mina)
    add_alerts(store, mina, "a")
    assert store.erasure.keys_of_removed(mina.key[:8]) == []
    store.subscriptions.remove(mina.key, NOW)
    assert store.erasure.keys_of_removed(mina.key[:8]) == [mina.key]
    assert store.erasure.keys_of_removed("%") == []


def test_the_bytes_leave_the_file(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        store.feeds.add(FEED)
        mina = a_subscription("mina", address=ADDRESS)
        store.subscriptions.add(mina)
        add_alerts(store, mina, *(f"article {number}" for number in range(30)))
        file = Path(sqlite_url.removeprefix("sqlite:///"))
        files = [file, file.with_name(f"{file.name}-wal")]
        assert any(ADDRESS.encode() in path.read_bytes() for path in files)
        erase(store, mina.key)
        assert not any(ADDRESS.encode() in path.read_bytes() for path in files if path.exists())
