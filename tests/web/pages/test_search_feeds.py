"""Feeds of saved searches over a real socket."""

from __future__ import annotations

from datetime import timedelta

import feedparser
import pytest

from monitor.access.caller import local_caller
from monitor.actions.reading import saved_searches
from monitor.actions.reading.saved_searches import SaveRequest
from monitor.domain.alerts import PollResult
from tests.fakes import NOW, article, decision, entry, feed
from tests.web.conftest import Visitor

ME = local_caller("mina", NOW)


@pytest.fixture
def stored(visitor: Visitor) -> Visitor:
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    articles = (
        article("a"),
        article("b", entry=entry("Kursk again"), seen_at=NOW + timedelta(minutes=1)),
        article("c", entry=entry("Football"), decision=decision(relevant=False)),
    )
    visitor.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    request = SaveRequest(name="대북 감시", question="title:kursk sort:old")
    saved_searches.save_search(visitor.store, request, ME, NOW)
    return visitor


def path(visitor: Visitor, extension: str = "atom") -> str:
    search = saved_searches.find_search(visitor.store, "대북 감시")
    links = saved_searches.search_links(visitor.store, search, "")
    return links.atom if extension == "atom" else links.json


async def test_the_feed_holds_what_the_search_finds_the_newest_first(stored: Visitor):
    answer = await stored.get(path(stored))
    assert answer.status == 200
    document = feedparser.parse(answer.body)
    assert not document.bozo
    assert document.feed.title == "대북 감시 · Watchpost"
    assert [item.title for item in document.entries] == ["Kursk again", "Sappers leave for Kursk"]
    limited = feedparser.parse((await stored.get(path(stored) + "?n=1")).body)
    assert [item.title for item in limited.entries] == ["Kursk again"]
    as_json = (await stored.get(path(stored, "json"))).json()
    assert [item["title"] for item in as_json["items"]] == [item.title for item in document.entries]


async def test_what_a_reader_has_is_not_sent_again(stored: Visitor):
    answer = await stored.get(path(stored))
    again = await stored.get(path(stored), headers={"if-none-match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_a_renewed_or_invented_address_is_not_found(stored: Visitor):
    old = path(stored)
    saved_searches.renew_links(stored.store, "대북 감시", ME, NOW)
    token = path(stored).removesuffix(".atom")
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    for address in (old, f"{forged}.atom", f"{token}.csv"):
        assert (await stored.get(address)).status == 404
    assert (await stored.get(path(stored))).status == 200


async def test_a_search_that_can_not_be_read_is_an_error_for_later(stored: Visitor):
    saved_searches.save_search(
        stored.store, SaveRequest(name="other", question='saved:"대북 감시"'), ME, NOW
    )
    other = saved_searches.find_search(stored.store, "other")
    address = saved_searches.search_links(stored.store, other, "").atom
    stored.store.saved_searches.remove(saved_searches.find_search(stored.store, "대북 감시").key)
    assert (await stored.get(address)).status == 503
