"""Alert latency: percentiles in seconds, the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import median

import pytest

from monitor.domain.alerts import ChannelKind
from monitor.domain.message_contents import FeedStateChanged
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

SECOND = timedelta(seconds=1)


def store_sent_alerts(
    store: Store, waits: list[int], channel: ChannelKind = ChannelKind.WEBHOOK
) -> None:
    """Store alerts of one feed that were sent so many seconds after the decision.

    Each was published a minute before it was seen, seen a second before it was decided, and
    answered within a quarter of a second.
    """
    feed = a_feed(f"feed {channel}")
    address = "me@watch.example" if channel is ChannelKind.EMAIL else "https://a.example/hook"
    asker = a_subscription(f"by {channel}", channel=channel, address=address)
    store.feeds.add(feed)
    store.subscriptions.add(asker)
    plain = [an_article(f"{channel} {number}", feed) for number in range(len(waits))]
    articles = [
        replace(original, entry=replace(original.entry, published_at=NOW - MINUTE))
        for original in plain
    ]
    alerts = tuple(
        replace(an_alert(original, asker), created_at=NOW + SECOND) for original in articles
    )
    store.commit([a_poll(feed, *articles, alerts=alerts)])
    claims = store.outbox.claim(NOW, limit=999, per_subscription=999, lease=MINUTE)
    for claimed, wait in zip(claims, waits, strict=True):
        attempt = replace(
            an_attempt(claimed.alert, at=NOW + SECOND + wait * SECOND), took=SECOND / 4
        )
        store.outbox.record(attempt, token=claimed.token, due_at=None)


def test_each_stage_is_measured_to_the_acceptance(store: Store):
    store_sent_alerts(store, [10])
    (times,) = store.latency.by_channel(NOW).values()
    assert times.alerts == 1
    waits = {stage: wait.p50 for stage, wait in times.waits.items()}
    assert waits == pytest.approx(
        {"published": 71.25, "seen": 11.25, "decided": 10.25, "handed_over": 0.25}, abs=0.001
    )


def test_percentiles_are_those_of_the_sorted_waits(store: Store):
    waits = [7 * number % 101 for number in range(101)]  # 0 to 100, in another order
    store_sent_alerts(store, waits)
    (times,) = store.latency.by_channel(NOW).values()
    assert times.waits["decided"].p50 == pytest.approx(median(waits) + 0.25, abs=0.001)
    assert times.waits["decided"].p95 == pytest.approx(95.25, abs=0.001)


def test_the_newest_accepted_alerts_are_listed_one_by_one(store: Store):
    store_sent_alerts(store, [1, 2, 3])
    store_sent_alerts(store, [10], ChannelKind.EMAIL)
    accepted = store.latency.accepted(NOW, 10)
    seconds = sorted((str(alert.channel), round(alert.seen, 2)) for alert in accepted)
    assert seconds == [
        ("email", 11.25),
        ("webhook", 2.25),
        ("webhook", 3.25),
        ("webhook", 4.25),
    ]
    assert all(alert.handed_over == pytest.approx(0.25, abs=0.001) for alert in accepted)
    assert len(store.latency.accepted(NOW, 2)) == 2
    assert store.latency.accepted(NOW + timedelta(days=1), 10) == []


def test_no_more_than_the_newest_alerts_are_looked_at(store: Store):
    store_sent_alerts(store, [1, 2])
    (times,) = store.latency.by_channel(NOW, newest=1).values()
    assert times.alerts == 1
    (all_times,) = store.latency.by_channel(NOW, newest=2).values()
    assert all_times == store.latency.by_channel(NOW)[ChannelKind.WEBHOOK]


def test_channels_and_feeds_are_separate(store: Store):
    store_sent_alerts(store, [1])
    store_sent_alerts(store, [5], ChannelKind.EMAIL)
    by_channel = store.latency.by_channel(NOW)
    assert set(by_channel) == {ChannelKind.WEBHOOK, ChannelKind.EMAIL}
    assert by_channel[ChannelKind.EMAIL].waits["seen"].p95 == pytest.approx(6.25, abs=0.001)
    names = {feed.key: feed.title for feed in store.feeds.list()}
    assert set(store.latency.by_feed(NOW)) == set(names)


def test_a_publisher_without_times_leaves_the_first_stage_out(store: Store):
    feed, asker = a_feed(), a_subscription()
    store.feeds.add(feed)
    store.subscriptions.add(asker)
    article = an_article("one", feed)
    article = replace(article, entry=replace(article.entry, published_at=None))
    store.commit([a_poll(feed, article, alerts=(an_alert(article, asker),))])
    (claimed,) = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=MINUTE)
    store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
    (times,) = store.latency.by_feed(NOW).values()
    assert "published" not in times.waits
    assert "seen" in times.waits


def test_old_unsent_and_service_alerts_do_not_count(store: Store):
    store_sent_alerts(store, [1])
    assert store.latency.by_channel(NOW + 2 * SECOND) == {}
    asker = store.subscriptions.list()[0]
    (article,) = store.articles.list(limit=1)
    waits = replace(an_alert(article, asker), key="waits")
    notice = replace(waits, key="notice", content=FeedStateChanged())
    store.outbox.add([waits, notice])
    assert store.latency.by_channel(NOW)[ChannelKind.WEBHOOK].alerts == 1


def test_a_repeat_counts_by_its_first_acceptance(store: Store):
    store_sent_alerts(store, [1])
    (alert,) = store.outbox.list()
    store.outbox.replay([alert.key], NOW + MINUTE)
    (claimed,) = store.outbox.claim(NOW + MINUTE, limit=9, per_subscription=9, lease=MINUTE)
    again = an_attempt(claimed.alert, at=NOW + MINUTE)
    store.outbox.record(again, token=claimed.token, due_at=None)
    (times,) = store.latency.by_channel(NOW).values()
    assert times.alerts == 1
    assert times.waits["decided"].p95 == pytest.approx(1.25, abs=0.001)
