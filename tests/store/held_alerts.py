"""Held alerts of the tests: subscriptions with a schedule, arrivals, and what is sent."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from monitor.alerts import match
from monitor.domain.alerts import (
    Alert,
    Outcome,
    Subscription,
)
from monitor.domain.delivery_schedule import (
    DeliverySchedule,
    Frequency,
)
from monitor.store.store import Store
from tests.store.builders import (
    a_feed,
    a_poll,
    a_subscription,
    an_article,
    an_attempt,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAILY = DeliverySchedule(every=Frequency.DAILY, at=time(7, 30))
MORNING = datetime(2025, 6, 18, 7, 30, tzinfo=UTC)


def subscribed(store: Store, cadence: DeliverySchedule, **changes) -> Subscription:
    """A subscription with this schedule, and a feed for it."""
    subscription = a_subscription(cadence=cadence, **changes)
    store.feeds.add(a_feed())
    store.subscriptions.add(subscription)
    return subscription


def arrive(store: Store, now: datetime, *names: str) -> None:
    """Articles of these names come, and are promised to whoever wants them."""
    feed = store.feeds.find(a_feed().key)
    articles = [an_article(name, feed, seen_at=now) for name in names]
    silences = store.silences.list(until_after=now)
    alerts = match.alerts(articles, store.subscriptions.list(), silences=silences)
    store.commit([a_poll(feed, *articles, alerts=alerts)])


def sent_until(store: Store, now: datetime) -> list[Alert]:
    """Seal, claim and send all that is due; the messages."""
    store.digests.close_due(now)
    claims = store.outbox.claim(now, limit=1000, per_subscription=1000, lease=MINUTE)
    for claim in claims:
        sent = an_attempt(claim.alert, Outcome.SENT, at=now)
        assert store.outbox.record(sent, token=claim.token, due_at=None)
    return [claim.alert for claim in claims]


def names(store: Store, alert: Alert) -> list[str]:
    return [store.articles.find(key).entry.title for key in alert.article_keys]
