"""Feeds of a subscription over a real socket: content, caching, bounds, and invalid addresses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import PollResult
from monitor.web.pages.feeds import DEFAULT_ITEMS, MAX_ITEMS, FeedDocument, is_not_modified
from tests.fakes import NOW, article, decision, entry, feed, subscription
from tests.web.conftest import Visitor

READER = subscription("reader", name="대북 감시", themes=frozenset({"labour"}))


def path(visitor: Visitor, extension: str = "atom", owner=READER) -> str:
    store = visitor.store
    return tokens.feed_url(
        "", store.tokens.secret(), owner, store.tokens.renewals(owner.key), extension
    )


def store_articles(visitor: Visitor, *articles) -> None:
    poll = PollResult(feed_key="f", state=feed("f").poll, articles=articles)
    visitor.store.commit([poll])


@pytest.fixture
def site_client(visitor: Visitor) -> Visitor:
    """Store a subscription to the theme labour, and three articles, two of which match."""
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    store_articles(
        visitor,
        article("a"),
        article("b", entry=entry("Later"), seen_at=NOW + timedelta(minutes=1)),
        article("c", decision=decision(labels=("arms",))),
    )
    return visitor


async def test_the_feed_holds_the_articles_that_match_the_subscription(site_client: Visitor):
    answer = await site_client.get(path(site_client))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/atom+xml"
    document = feedparser.parse(answer.body)
    assert not document.bozo
    assert [entry.title for entry in document.entries] == ["Later", "Sappers leave for Kursk"]
    assert document.feed.links[0].href == f"https://alerts.example{path(site_client)}"
    assert document.entries[0].author == "Harbour Wire"


async def test_both_formats_hold_the_same_items_with_the_same_ids(site_client: Visitor):
    atom = feedparser.parse((await site_client.get(path(site_client))).body)
    answer = await site_client.get(path(site_client, "json"))
    assert answer.headers["content-type"] == "application/feed+json"
    items = json.loads(answer.body)["items"]
    assert [item["id"] for item in items] == [entry.id for entry in atom.entries]


async def test_a_client_with_the_current_document_gets_304_and_no_body(site_client: Visitor):
    first = await site_client.get(path(site_client))
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert date == "Tue, 17 Jun 2025 12:01:00 GMT"
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'},
                    {"If-Modified-Since": date}):  # fmt: skip
        again = await site_client.get(path(site_client), headers=headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag

    store_articles(site_client, article("d", entry=entry("News"), seen_at=NOW + timedelta(hours=1)))
    fresh = await site_client.get(
        path(site_client), headers={"If-None-Match": tag, "If-Modified-Since": date}
    )
    assert fresh.status == 200
    assert "News" in fresh.text


async def test_a_head_request_gets_headers_only(site_client: Visitor):
    answer = await site_client.request("HEAD", path(site_client))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["etag"]


async def test_an_empty_feed_is_a_feed(visitor: Visitor):
    visitor.store.subscriptions.add(READER)
    document = feedparser.parse((await visitor.get(path(visitor))).body)
    assert not document.bozo
    assert document.entries == []
    assert document.feed.updated == "2025-06-17T12:00:00Z"


@pytest.mark.parametrize(
    ("n", "length"),
    [
        ("", DEFAULT_ITEMS),
        ("3", 3),
        ("0", 0),
        ("9999", MAX_ITEMS),
        ("-1", DEFAULT_ITEMS),
        ("x", DEFAULT_ITEMS),
        ("1" * 99, DEFAULT_ITEMS),
    ],
)
async def test_a_document_is_bounded(visitor: Visitor, n, length):
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f")])
    articles = [
        article(str(number), entry=entry(f"Number {number}")) for number in range(MAX_ITEMS + 10)
    ]
    store_articles(visitor, *articles)
    answer = await visitor.get(f"{path(visitor, 'json')}?n={n}")
    assert len(json.loads(answer.body)["items"]) == length


async def test_a_renewed_address_ends_the_old_one_and_keeps_the_ids(site_client: Visitor):
    old = path(site_client, "json")
    before = json.loads((await site_client.get(old)).body)
    site_client.store.tokens.renew(READER.key)
    assert (await site_client.get(old)).status == 404
    after = json.loads((await site_client.get(path(site_client, "json"))).body)
    assert after["items"] == before["items"]


async def test_a_wrong_address_is_a_plain_404(site_client: Visitor):
    right = path(site_client)
    token = right.removeprefix("/feeds/").removesuffix(".atom")
    unsubscribe_token = tokens.token(site_client.store.tokens.secret(), Purpose.UNSUBSCRIBE, READER)
    stranger = path(site_client, owner=subscription("other")).removeprefix("/feeds/")
    wrong_names = [
        f"{token}.rss",
        token,
        f"{token[:-1]}x.atom",
        f"{unsubscribe_token}.atom",
        stranger,
    ]
    for wrong_name in [*wrong_names, ".atom", "..%2f.atom", f"{'a' * 5000}.json"]:
        answer = await site_client.get(f"/feeds/{wrong_name}")
        assert (answer.status, answer.text) == (404, "Not found.\n"), wrong_name


def test_the_etag_takes_precedence_over_the_date():
    date = "Tue, 17 Jun 2025 12:00:00 GMT"
    document = FeedDocument(content=b"", media_type="", etag='"e"', updated_at=NOW)
    assert is_not_modified(document, '"e"', None)
    assert is_not_modified(document, "*", None)
    assert not is_not_modified(document, '"f"', date)
    assert is_not_modified(document, None, date)
    assert not is_not_modified(replace(document, updated_at=NOW + timedelta(seconds=1)), None, date)
    for invalid_date in ("yesterday", "", "Tue, 17 Jun 2025 12:00:00", "0"):
        assert not is_not_modified(document, None, invalid_date)
