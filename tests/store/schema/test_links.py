"""The tables behind signed links."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.schema.tables import feed_links, secrets, subscriptions
from tests.store.schema import rows
from tests.store.schema.rows import DESK


def test_a_secret_is_made_once(connection: Connection):
    rows.add(connection, secrets, name="links", value="one")
    rows.refuses(connection, secrets, name="links", value="two")


def test_the_renewals_of_a_feed_link_go_with_its_subscription(connection: Connection):
    rows.refuses(connection, feed_links, subscription_key=DESK.key, renewals=1)
    rows.add_subscription(connection)
    rows.add(connection, feed_links, subscription_key=DESK.key, renewals=1)
    rows.remove(connection, subscriptions)
    assert rows.count(connection, feed_links) == 0
