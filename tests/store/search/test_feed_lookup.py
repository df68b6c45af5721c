"""Feeds as questions may call them."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.search.feed_names import NamedFeed
from monitor.store.search.feed_lookup import named_feeds
from monitor.store.store import Store
from tests.store.builders import a_feed


def test_every_feed_has_its_title_and_tags(store: Store, connection: Connection):
    feed = a_feed("one", title="Harbour Wire", tags=("asia",))
    store.feeds.add_all([feed])
    assert named_feeds(connection) == (NamedFeed(feed.key, "Harbour Wire", ("asia",)),)
