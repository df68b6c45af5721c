"""An exported setup is applied without a change, and makes the same in an empty database."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from monitor.actions.setup.setup_export import export_setup
from monitor.domain.alerts import ChannelKind, SubscriptionState
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, QuietHours
from monitor.domain.feeds import FeedLogin
from monitor.domain.keys import feed_key, sign_up_key
from monitor.domain.muting.silence import Silence
from monitor.search.article_filter import stored_filter
from monitor.store.store import Store
from tests.actions.setup.conftest import applied, planned
from tests.store.builders import NOW, a_feed, a_subscription

FEED = a_feed(
    key=feed_key("https://wire.example/"), url="https://wire.example/", title='The "Wire"\x7f',
    tags=("a", "b"), every=timedelta(minutes=90), login=FeedLogin(user="u", password="kept-secret"),
)  # fmt: skip
SCHEDULES = {
    "weekly": DeliverySchedule(every=Frequency.WEEKLY, weekday=4, at=time(7, 30), empty=True),
    "busy": DeliverySchedule(budget=20, group=timedelta(minutes=10), zone="Asia/Seoul"),
    "night": DeliverySchedule(quiet=QuietHours(start=time(22), end=time(7))),
}


def fill(store: Store) -> None:
    store.feeds.add(FEED)
    for name, schedule in SCHEDULES.items():
        desk = a_subscription(
            name, cadence=schedule, signing_secret="whsec_c2VjcmV0", min_score=0.5
        )
        store.subscriptions.add(replace(desk, feeds=frozenset({FEED.key})))
    paused = a_subscription("paused", state=SubscriptionState.PAUSED, filter=stored_filter("a b"))
    store.subscriptions.add(replace(paused, feeds=frozenset({"0" * 32})))  # a feed that is gone
    address = "reader@watch.example"
    reader = a_subscription(address, key=sign_up_key(address), address=address)
    store.subscriptions.add(replace(reader, channel=ChannelKind.EMAIL))
    scope = {"subscription_key": a_subscription("busy").key, "feed_key": FEED.key, "term": "x"}
    for key, end in (("1", NOW + timedelta(days=1)), ("2", NOW)):
        store.silences.add(
            Silence(key=key, reason="r", created_at=NOW, until=end, theme="arms", **scope)
        )


def test_an_export_is_applied_without_a_change_and_holds_no_secret(store: Store):
    fill(store)
    text = export_setup(store, NOW)
    assert "kept-secret" not in text
    assert "whsec" not in text
    assert "reader@" not in text
    assert planned(store, text, prune=True).steps == ()


def test_an_export_makes_the_same_in_an_empty_database(store: Store, tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as source:
        fill(source)
        source.subscriptions.remove(a_subscription("paused").key, NOW)
        text = export_setup(source, NOW)
        applied(store, text)
        assert export_setup(store, NOW) == text
