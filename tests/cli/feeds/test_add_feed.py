"""Adding an address: it is asked once, and a page's feed is found."""

from __future__ import annotations

import os

import pytest

from tests.cli.conftest import Terminal
from tests.service.publisher import Publisher

FEED = b"""<rss version="2.0"><channel><title>Wire</title>
<item><title>One</title><link>https://wire.example/1</link></item></channel></rss>"""


def page(*names: str) -> bytes:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{name}" href="{name}">'
        for name in names
    )
    return f"<!doctype html><html><head>{links}</head><body>Hello</body></html>".encode()


@pytest.fixture
def site(watch: Terminal):
    """A web site that we may ask."""
    os.environ["MONITOR_EGRESS__ALLOW"] = '["127.0.0.0/8"]'
    with Publisher() as publisher:
        yield publisher


def watched(watch: Terminal) -> list[str]:
    return [feed["url"] for feed in watch("feeds", "list", "--json").json()]


def test_a_feed_is_watched_as_it_is(watch: Terminal, site: Publisher):
    url = site.publish("/rss", FEED)
    assert watch("feeds", "add", url).code == 0
    assert watched(watch) == [url]


def test_a_page_leads_to_the_feed_it_names(watch: Terminal, site: Publisher):
    feed, front = site.publish("/news.xml", FEED), site.publish("/", page("/news.xml"))
    said = watch("feeds", "add", front)
    assert f"the feed of the page {front}" in said.err
    assert watched(watch) == [feed]


def test_a_page_that_names_none_leads_to_where_feeds_usually_lie(watch: Terminal, site: Publisher):
    feed, front = site.publish("/feed.xml", FEED), site.publish("/", page())
    assert watch("feeds", "add", front).code == 0
    assert watched(watch) == [feed]


def test_of_several_feeds_a_person_chooses(watch: Terminal, site: Publisher):
    front = site.publish("/", page("/world", "/sport"))
    refused = watch.refused("feeds", "add", front)
    assert "names 2 feeds; add those you want" in refused
    assert f"{site.address}/world  /world" in refused
    assert watched(watch) == []


def test_a_page_without_a_feed_is_refused_with_what_was_found(watch: Terminal, site: Publisher):
    front = site.publish("/", page())
    assert "is no feed and names none: the answer is a web page" in (
        watch.refused("feeds", "add", front)
    )
    broken = site.publish("/broken", page("/gone.xml"))
    assert "the one it names" in watch.refused("feeds", "add", broken)
    assert watched(watch) == []


def test_an_address_that_is_silent_today_is_watched_with_a_note(watch: Terminal, site: Publisher):
    url = f"{site.address}/not-yet"
    assert "its next poll tries again" in watch("feeds", "add", url).err
    assert watched(watch) == [url]


def test_nobody_is_asked_when_told_so(watch: Terminal, site: Publisher):
    front = site.publish("/", page("/news.xml"))
    assert watch("feeds", "add", front, "--no-try").code == 0
    assert (watched(watch), site.asked) == ([front], [])
