"""Whether a party's own outlets published anything is known from the feeds that are watched."""

from __future__ import annotations

from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import FIRST, HOUR, arrive, grouping, news

OUTLETS = {"moscow": ("tass.example",), "pyongyang": ("kcna.example",)}


async def test_a_party_published_when_a_feed_of_its_hosts_brought_an_article_since(store):
    watched(store, feed("f", url="https://rss.tass.example/v2.xml"))
    await arrive(store, grouping(), news(FIRST))
    assert store.stories.parties_that_published(OUTLETS, NOW - HOUR) == {"moscow"}
    assert store.stories.parties_that_published(OUTLETS, NOW) == set()
    assert store.stories.parties_that_published({}, NOW - HOUR) == set()


async def test_a_host_inside_another_name_or_a_path_is_none_of_its_outlets(store):
    watched(
        store,
        feed("f", url="https://nottass.example/rss"),
        feed("g", url="https://mirror.example/tass.example/rss"),
    )
    await arrive(store, grouping(), news(FIRST))
    assert store.stories.parties_that_published(OUTLETS, NOW - HOUR) == set()
