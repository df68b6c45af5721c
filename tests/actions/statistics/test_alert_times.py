"""How long alerts took."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.statistics.alert_times import alert_times
from monitor.domain.alerts import ChannelKind
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article
from tests.store.reports.test_latency import store_sent_alerts


def test_each_channel_has_its_times_and_all_have_one(store):
    store_sent_alerts(store, [1, 2, 3])
    store_sent_alerts(store, [10], ChannelKind.EMAIL)
    times = alert_times(store, NOW)
    names = [(wait.name, wait.number) for wait in times.waits]
    assert names == [
        ("mail, seen to accepted", 1),
        ("mail, handed over to accepted", 1),
        ("webhook, seen to accepted", 3),
        ("webhook, handed over to accepted", 3),
    ]
    assert times.overall is not None
    assert times.overall.number == 4
    assert times.overall.p50 == pytest.approx(3.25, abs=0.01)
    assert times.overall.p05 == pytest.approx(2.25, abs=0.01)
    assert times.overall.p95 == pytest.approx(11.25, abs=0.01)


def test_the_json_has_seconds(store):
    store_sent_alerts(store, [1])
    document = alert_times(store, NOW).as_json()
    seconds = document["seen_to_accepted"]
    assert seconds["alerts"] == 1
    assert seconds["p50_seconds"] == pytest.approx(2.25, abs=0.01)
    assert document["channels"][0]["name"] == "webhook, seen to accepted"


def test_without_accepted_alerts_there_are_no_times(store):
    desk = a_subscription()
    store.subscriptions.add(desk)
    store.feeds.add(a_feed())
    story = an_article()
    store.commit([a_poll(a_feed(), story, alerts=(an_alert(story, desk),))])
    times = alert_times(store, NOW)
    assert (times.overall, times.waits) == (None, ())
    assert times.as_json()["seen_to_accepted"] is None


def test_older_alerts_do_not_count(store):
    store_sent_alerts(store, [1])
    assert alert_times(store, NOW + timedelta(days=8)).waits == ()
