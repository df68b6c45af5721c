"""The hub and the topic, from Link headers and from documents."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.http import link_headers
from monitor.collect.parse.document import parse_document

BASE = "https://a.example/feed/"
HUB, TOPIC = "https://hub.example/", "https://a.example/rss"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], {}),
        ([f'<{HUB}>; rel="hub"', f'<{TOPIC}>; rel="self"'], {"hub": HUB, "self": TOPIC}),
        ([f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'], {"hub": HUB, "self": TOPIC}),
        ([f"<{HUB}>;rel=hub"], {"hub": HUB}),
        ([f"<{HUB}>; type=x; REL = HUB"], {"hub": HUB}),
        ([f'<{HUB}>; rel="preload hub"'], {"hub": HUB}),
        (["</rss>; rel=self"], {"self": TOPIC}),
        (["<>; rel=self"], {"self": BASE}),
        ([f"<{HUB}>; rel=hub, <https://second.example/>; rel=hub"], {"hub": HUB}),
        (['<https://x.example/a,b>; title="a, <b>; rel=hub"; rel=self'],
         {"self": "https://x.example/a,b"}),
        (["<javascript:alert(1)>; rel=hub"], {}),
        ([f"<https://x.example/{'a' * 2_000}>; rel=hub"], {}),
        (["<https://[half>; rel=hub"], {}),
        ([f"{HUB}; rel=hub"], {}),
        ([f"<{HUB}>; rel=alternate"], {}),
    ],
)  # fmt: skip
def test_link_headers_give_hub_and_topic(headers, expected):
    assert link_headers.from_headers(headers, BASE) == expected


@given(st.lists(st.text('<>;=", relhubsf/:x', max_size=200), max_size=4))
def test_no_link_header_raises(headers):
    assert link_headers.from_headers(headers, BASE).keys() <= {"hub", "self"}


RSS = (
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>'
    '<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="/rss"/>'
    "<item><title>One</title></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="hub" href="{hub}"/>'
    '<link rel="self" href="/rss"/><entry><title>One</title></entry></feed>'
)


@pytest.mark.parametrize("document", [RSS, ATOM])
def test_documents_give_hub_and_topic(document):
    body = document.format(hub=HUB).encode()
    hints = parse_document(body, content_type="text/xml", url=BASE, max_entries=9).hints
    assert (hints.hub, hints.topic) == (HUB, TOPIC)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"hubs": [{"type": "WebSub", "url": HUB}], "feed_url": TOPIC}, (HUB, TOPIC)),
        ({"hubs": [{"type": "rssCloud", "url": HUB}], "feed_url": TOPIC}, ("", "")),
        ({"hubs": [{"type": "WebSub", "url": "javascript:x"}, 7], "feed_url": TOPIC}, ("", "")),
        ({"hubs": "x", "feed_url": TOPIC}, ("", "")),
        ({"feed_url": TOPIC}, ("", "")),
    ],
)
def test_json_feeds_give_hub_and_topic(members, expected):
    version = "https://jsonfeed.org/version/1.1"
    body = json.dumps({"version": version, "title": "T", "items": [{"id": "1"}], **members})
    kind = "application/feed+json"
    hints = parse_document(body.encode(), content_type=kind, url=BASE, max_entries=9).hints
    assert (hints.hub, hints.topic) == expected


def test_links_of_an_entry_are_ignored():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
        f'<entry><title>One</title><link rel="hub" href="{HUB}"/></entry></feed>'
    )
    hints = parse_document(body.encode(), content_type="text/xml", url=BASE, max_entries=9).hints
    assert (hints.hub, hints.topic) == ("", "")
