"""`monitor feeds add`: the address is fetched once, and the feed of a page is found."""

from __future__ import annotations

import os

import pytest

from tests.cli.conftest import Terminal
from tests.service.publisher import Publisher

URL = "https://wire.example/feed.xml"
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


def polled_urls(watch: Terminal) -> list[str]:
    return [feed["url"] for feed in watch("feeds", "list", "--json").json()]


def test_a_feed_is_added_once(watch: Terminal):
    first = watch(
        "feeds", "add", "--no-try", URL, "--every", "15m", "--lang", "ko", "--json"
    ).json()
    again = watch("feeds", "add", "--no-try", URL, "--json").json()
    assert (first["added"], again["added"]) == (True, False)
    (feed,) = watch("feeds", "list", "--json").json()
    assert feed["key"] == first["key"] == again["key"]
    assert {
        name: feed[name] for name in ("url", "state", "every", "language", "failures", "last_error")
    } == {
        "url": URL, "state": "new", "every": "15m", "language": "ko", "failures": 0,
        "last_error": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "ftp://wire.example/feed",
        "file:///etc/passwd",
        "http://",
        "http://127.0.0.1/feed",
        "http://[::1]/feed",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://wire.example\\@10.0.0.1/",
    ],
)
def test_an_address_that_may_not_be_fetched_is_refused(watch: Terminal, url):
    result = watch("feeds", "add", url)
    assert result.code in (1, 2)
    assert result.err.startswith("monitor: ")
    assert watch("feeds", "list", "--json").json() == []


def test_an_interval_without_a_unit_is_refused(watch: Terminal):
    assert "--every '30'" in watch.refused("feeds", "add", "--no-try", URL, "--every", "30")


def test_a_feed_is_polled_at_its_own_address(watch: Terminal, site: Publisher):
    url = site.publish("/rss", FEED)
    assert watch("feeds", "add", url).code == 0
    assert polled_urls(watch) == [url]


def test_a_page_leads_to_the_feed_it_names(watch: Terminal, site: Publisher):
    feed, front = site.publish("/news.xml", FEED), site.publish("/", page("/news.xml"))
    result = watch("feeds", "add", front)
    assert f"the feed of the page {front}" in result.err
    assert polled_urls(watch) == [feed]


def test_a_page_that_names_no_feed_leads_to_a_common_feed_address(watch: Terminal, site: Publisher):
    feed, front = site.publish("/feed.xml", FEED), site.publish("/", page())
    assert watch("feeds", "add", front).code == 0
    assert polled_urls(watch) == [feed]


def test_of_several_feeds_a_person_chooses(watch: Terminal, site: Publisher):
    front = site.publish("/", page("/world", "/sport"))
    refused = watch.refused("feeds", "add", front)
    assert "names 2 feeds; add those you want" in refused
    assert f"{site.address}/world  /world" in refused
    assert polled_urls(watch) == []


def test_a_page_without_a_feed_is_refused_with_the_reason(watch: Terminal, site: Publisher):
    front = site.publish("/", page())
    assert "is no feed and names none: the answer is a web page" in (
        watch.refused("feeds", "add", front)
    )
    broken = site.publish("/broken", page("/gone.xml"))
    assert "the one it names" in watch.refused("feeds", "add", broken)
    assert polled_urls(watch) == []


def test_an_address_that_does_not_answer_is_added_with_a_note(watch: Terminal, site: Publisher):
    url = site.publish("/not-yet", b"", status=503)
    assert "its next poll tries again" in watch("feeds", "add", url).err
    assert polled_urls(watch) == [url]


def test_an_address_where_nothing_is_is_refused(watch: Terminal, site: Publisher):
    url = f"{site.address}/nothing"
    assert "404 Not Found: check the address" in watch.refused("feeds", "add", url)
    assert polled_urls(watch) == []
    assert watch("feeds", "add", "--no-try", url).code == 0


@pytest.mark.parametrize("code", ["english", "xx", "한국어"])
def test_a_language_that_is_none_is_refused(watch: Terminal, code: str):
    url = "https://wire.example/feed.xml"
    message = watch.refused("feeds", "add", "--no-try", url, "--lang", code)
    assert f"--lang {code!r}: no such language" in message
    words = ("subscriptions", "add", "me", "--webhook", "https://me.example/hook", "--lang", code)
    assert f"--lang {code!r}: no such language" in watch.refused(*words)


def test_a_subscription_in_a_regional_language_gets_the_language(watch: Terminal):
    words = ("subscriptions", "add", "me", "--webhook", "https://me.example/hook")
    watch(*words, "--lang", "ko-KR")
    assert watch("subscriptions", "show", "me", "--json").json()["languages"] == ["ko"]


def test_without_a_trial_nothing_is_fetched(watch: Terminal, site: Publisher):
    front = site.publish("/", page("/news.xml"))
    assert watch("feeds", "add", front, "--no-try").code == 0
    assert (polled_urls(watch), site.asked) == ([front], [])
