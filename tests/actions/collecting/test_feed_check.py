"""Trial fetches over real HTTP: nothing is stored, and every answer is a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.actions.collecting import feed_check
from monitor.domain.keys import feed_key
from monitor.settings import loader
from monitor.store.store import Store
from tests.fakes import NOW, feed
from tests.service.publisher import Publisher
from tests.store.builders import a_feed

DOCUMENT = b"""<rss version="2.0"><channel><title>Wire</title><language>ko</language>
<ttl>60</ttl><item><title>One</title><link>https://wire.example/1</link>
<pubDate>Mon, 16 Jun 2025 10:00:00 GMT</pubDate></item>
<item><title>Two</title><link>https://wire.example/2</link>
<pubDate>Tue, 17 Jun 2025 10:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.fixture
def settings():
    return loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})


async def test_each_feed_has_its_own_check_in_order(settings):
    with Publisher() as publisher:
        feeds = [
            feed("good", url=publisher.publish("/feed", DOCUMENT)),
            feed("missing", url=f"{publisher.address}/missing"),
        ]
        good, missing = await feed_check.check_feeds(feeds, settings)
    assert (good.ok, good.entries, good.language, good.conditional) == (True, 2, "ko", True)
    assert good.newest == datetime(2025, 6, 17, 10, tzinfo=UTC)
    assert good.answer.startswith("Wire, asks for ttl of ")
    assert (missing.ok, missing.entries) == (False, 0)
    assert "404" in missing.answer
    assert good.as_json()["newest"] == "2025-06-17T10:00:00Z"


def test_feeds_are_named_by_key_by_address_or_not_at_all(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        stored = [a_feed("one"), a_feed("two")]
        store.feeds.add_all(stored)
        assert len(feed_check.feeds_to_check(store, [], NOW)) == 2
        names = [stored[0].key[:4], stored[1].url, "https://new.example/"]
        feeds = feed_check.feeds_to_check(store, names, NOW)
    assert [feed.key for feed in feeds] == [
        stored[0].key,
        stored[1].key,
        feed_key("https://new.example/"),
    ]


def test_a_beginning_of_three_digits_names_no_stored_feed(sqlite_url: str):
    with Store.open(sqlite_url) as store:
        stored = a_feed("one")
        store.feeds.add_all([stored])
        (checked,) = feed_check.feeds_to_check(store, [stored.key[:3]], NOW)
    assert checked.key == feed_key(stored.key[:3])
