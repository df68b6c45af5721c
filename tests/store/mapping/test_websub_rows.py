"""Rows of hubs and of pending unsubscribe requests."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from monitor.polling.websub import HubSubscription, HubSubscriptionState, PendingUnsubscribe
from monitor.store.mapping import feed_rows, websub_rows
from monitor.store.schema.tables import farewells, feeds, hubs
from tests.store.builders import NOW, a_feed
from tests.store.mapping.conftest import ReadBack

FEED = a_feed()


def a_hub_subscription(why: str = "") -> HubSubscription:
    return HubSubscription(
        feed_key=FEED.key, hub="https://hub.example/", topic=FEED.url, token="t", secret="s",
        state=HubSubscriptionState.ACTIVE, callback="https://me.example/websub/t", due_at=NOW,
        until=NOW + timedelta(days=7), heard_at=None, failures=2, why=why,
    )  # fmt: skip


def test_a_subscription_at_a_hub_comes_back_and_a_long_reason_is_cut(read_back: ReadBack):
    read_back(feeds, feed_rows.feed_values(FEED))
    extra = {"feed_key": FEED.key, "unread": False, "trusted": False}
    row = read_back(hubs, websub_rows.hub_values(a_hub_subscription("w" * 2_000)) | extra)
    assert websub_rows.hub_from_row(row) == a_hub_subscription("w" * 1_000)


def test_a_save_leaves_the_time_of_the_last_notification_alone():
    assert "heard_at" not in websub_rows.hub_values(a_hub_subscription())


def test_a_pending_unsubscribe_request_comes_back(read_back: ReadBack):
    request = PendingUnsubscribe(
        token="t", hub="https://hub.example/", topic=FEED.url, callback="https://me.example/",
        until=NOW, due_at=NOW, tries=2,
    )  # fmt: skip
    assert websub_rows.unsubscribe_from_row(read_back(farewells, asdict(request))) == request
