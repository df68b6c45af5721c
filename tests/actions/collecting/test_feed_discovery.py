"""Feed discovery: a fetched address is a feed, or a page that names one.

Whole discoveries, over real HTTP, are in tests/cli/feeds/test_add_feed.py.
"""

from __future__ import annotations

import pytest

from monitor.actions.collecting.feed_discovery import FeedAddress, discover_feed
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from tests.fakes import NOW
from tests.service.publisher import Publisher, rss

BROKEN = b"<rss version='2.0'><channel><title>Wire"


@pytest.fixture
def site():
    with Publisher() as publisher:
        yield publisher


@pytest.fixture
def settings():
    return loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})


async def test_a_feed_is_its_own_address_and_needs_no_remark(site: Publisher, settings):
    url = site.publish("/rss", rss("One"))
    assert await discover_feed(url, settings, NOW) == FeedAddress(url=url)


async def test_an_address_without_an_answer_is_kept_with_a_remark(site: Publisher, settings):
    url = site.publish("/not-yet", b"", status=503)
    address = await discover_feed(url, settings, NOW)
    assert address.url == url
    assert address.remark.startswith("not read yet (")
    assert address.remark.endswith("): its next poll tries again")


@pytest.mark.parametrize("status", [404, 410])
async def test_an_address_where_nothing_is_is_refused(site: Publisher, settings, status):
    url = site.publish("/nothing", b"", status=status)
    with pytest.raises(ConfigError, match=f"{url}: .*{status}.*check the address"):
        await discover_feed(url, settings, NOW)


async def test_a_page_leads_to_the_feed_it_names(site: Publisher, settings):
    feed = site.publish("/news.xml", rss("One"))
    link = b"<link rel=alternate type='application/rss+xml' href='/news.xml'>"
    page = site.publish("/", b"<!doctype html><html><head>" + link + b"</head></html>")
    assert await discover_feed(page, settings, NOW) == FeedAddress(
        url=feed, remark=f"the feed of the page {page}"
    )


async def test_a_page_without_a_feed_is_refused(site: Publisher, settings):
    page = site.publish("/", b"<!doctype html><html><body>Hello</body></html>")
    with pytest.raises(ConfigError, match="is no feed and names none"):
        await discover_feed(page, settings, NOW)
