"""A subscription's articles for feed readers, over a real socket."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import PollResult
from monitor.web.pages.feeds import MOST, USUAL, FeedDocument, is_known
from tests.fakes import NOW, article, decision, entry, feed, subscription
from tests.web.conftest import Visitor

READER = subscription("reader", name="대북 감시", themes=frozenset({"labour"}))


def path(visitor: Visitor, form: str = "atom", of=READER) -> str:
    store = visitor.store
    return tokens.feed_url("", store.tokens.secret(), of, store.tokens.renewals(of.key), form)


def arrived(visitor: Visitor, *articles) -> None:
    poll = PollResult(feed_key="f", state=feed("f").poll, articles=articles)
    visitor.store.commit([poll])


@pytest.fixture
def told(visitor: Visitor) -> Visitor:
    """A reader of labour, and three articles of which two are that."""
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    arrived(
        visitor,
        article("a"),
        article("b", entry=entry("Later"), seen_at=NOW + timedelta(minutes=1)),
        article("c", decision=decision(labels=("arms",))),
    )
    return visitor


async def test_the_feed_holds_what_the_subscription_wishes_for(told: Visitor):
    answer = await told.get(path(told))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/atom+xml"
    found = feedparser.parse(answer.body)
    assert not found.bozo
    assert [one.title for one in found.entries] == ["Later", "Sappers leave for Kursk"]
    assert found.feed.links[0].href == f"https://alerts.example{path(told)}"
    assert found.entries[0].author == "Harbour Wire"


async def test_both_forms_hold_the_same_under_the_same_ids(told: Visitor):
    atom = feedparser.parse((await told.get(path(told))).body)
    answer = await told.get(path(told, "json"))
    assert answer.headers["content-type"] == "application/feed+json"
    items = json.loads(answer.body)["items"]
    assert [one["id"] for one in items] == [one.id for one in atom.entries]


async def test_a_reader_that_knows_it_gets_304_and_no_body(told: Visitor):
    first = await told.get(path(told))
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert date == "Tue, 17 Jun 2025 12:01:00 GMT"
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'},
                    {"If-Modified-Since": date}):  # fmt: skip
        again = await told.get(path(told), headers=headers)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag

    arrived(told, article("d", entry=entry("News"), seen_at=NOW + timedelta(hours=1)))
    fresh = await told.get(path(told), headers={"If-None-Match": tag, "If-Modified-Since": date})
    assert fresh.status == 200
    assert "News" in fresh.text


async def test_the_head_alone_can_be_asked(told: Visitor):
    answer = await told.ask("HEAD", path(told))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["etag"]


async def test_an_empty_feed_is_a_feed(visitor: Visitor):
    visitor.store.subscriptions.add(READER)
    found = feedparser.parse((await visitor.get(path(visitor))).body)
    assert not found.bozo
    assert found.entries == []
    assert found.feed.updated == "2025-06-17T12:00:00Z"


@pytest.mark.parametrize(
    ("n", "length"),
    [
        ("", USUAL),
        ("3", 3),
        ("0", 0),
        ("9999", MOST),
        ("-1", USUAL),
        ("x", USUAL),
        ("1" * 99, USUAL),
    ],
)
async def test_a_document_is_bounded(visitor: Visitor, n, length):
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f")])
    many = [article(str(number), entry=entry(f"Number {number}")) for number in range(MOST + 10)]
    arrived(visitor, *many)
    answer = await visitor.get(f"{path(visitor, 'json')}?n={n}")
    assert len(json.loads(answer.body)["items"]) == length


async def test_a_renewed_address_ends_the_old_one_and_keeps_the_ids(told: Visitor):
    old = path(told, "json")
    before = json.loads((await told.get(old)).body)
    told.store.tokens.renew(READER.key)
    assert (await told.get(old)).status == 404
    after = json.loads((await told.get(path(told, "json"))).body)
    assert after["items"] == before["items"]


async def test_a_wrong_address_is_a_plain_404(told: Visitor):
    right = path(told)
    token = right.removeprefix("/feeds/").removesuffix(".atom")
    unsubscribing = tokens.token(told.store.tokens.secret(), Purpose.UNSUBSCRIBE, READER)
    stranger = path(told, of=subscription("other")).removeprefix("/feeds/")
    wrongs = [f"{token}.rss", token, f"{token[:-1]}x.atom", f"{unsubscribing}.atom", stranger]
    for wrong in [*wrongs, ".atom", "..%2f.atom", f"{'a' * 5000}.json"]:
        answer = await told.get(f"/feeds/{wrong}")
        assert (answer.status, answer.text) == (404, "Not found.\n"), wrong


def test_the_digest_decides_where_it_is_sent():
    date = "Tue, 17 Jun 2025 12:00:00 GMT"
    document = FeedDocument(content=b"", media_type="", etag='"e"', updated_at=NOW)
    assert is_known(document, '"e"', None)
    assert is_known(document, "*", None)
    assert not is_known(document, '"f"', date)
    assert is_known(document, None, date)
    assert not is_known(replace(document, updated_at=NOW + timedelta(seconds=1)), None, date)
    for odd in ("yesterday", "", "Tue, 17 Jun 2025 12:00:00", "0"):
        assert not is_known(document, None, odd)
