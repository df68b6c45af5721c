"""The tables of feeds: one address once, and nothing that outlives its feed but articles."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.polling.websub import HubSubscription, HubSubscriptionState
from monitor.store.mapping import feed_rows, websub_rows
from monitor.store.schema.tables import farewells, feed_memories, feed_strips, feeds, hubs
from tests.store.builders import NOW
from tests.store.schema import rows
from tests.store.schema.rows import FEED

HUB = HubSubscription(
    feed_key=FEED.key, hub="https://hub.example/", topic=FEED.url, token="t", secret="s",
    state=HubSubscriptionState.ACTIVE, callback="https://me.example/websub/t", due_at=NOW,
    until=None, heard_at=None, failures=0, why="",
)  # fmt: skip
HUB_ROW = websub_rows.hub_values(HUB) | {"unread": False, "trusted": False}


def test_one_address_is_one_feed(connection: Connection):
    rows.add_feed(connection)
    rows.refuses(connection, feeds, **feed_rows.feed_values(FEED) | {"key": "another"})


def test_a_removed_feed_takes_its_memory_its_strip_and_its_hub_along(connection: Connection):
    rows.add_feed(connection)
    rows.add(connection, feed_memories, feed_key=FEED.key, memory=b"\x00")
    rows.add(connection, feed_strips, feed_key=FEED.key, newest=NOW, cells=b"\x00")
    rows.add(connection, hubs, feed_key=FEED.key, **HUB_ROW)
    rows.remove(connection, feeds)
    assert [rows.count(connection, table) for table in (feed_memories, feed_strips, hubs)] == [
        0
    ] * 3


def test_a_hub_names_its_subscription_by_the_token_alone(connection: Connection):
    rows.add_feed(connection)
    rows.add_feed(connection, key="other", url="https://other.example/")
    rows.add(connection, hubs, feed_key=FEED.key, **HUB_ROW)
    rows.refuses(connection, hubs, feed_key="other", **HUB_ROW)


def test_an_unsubscribe_request_needs_no_feed(connection: Connection):
    rows.add(
        connection, farewells, token="t", hub="h", topic="t", callback="c", until=None, due_at=NOW,
        tries=0,
    )  # fmt: skip
    assert rows.count(connection, farewells) == 1
