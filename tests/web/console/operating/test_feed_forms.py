"""Forms of feeds: edit, add an address, import a list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes import feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web_fixtures import Server

PATH = "/console/feeds"
PAGE = b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
OPML = (
    '<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a.example/feed"/>'
    '<outline type="rss" text="B" xmlUrl="http://10.0.0.1/feed"/></body></opml>'
)


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"egress": {"allow": ["127.0.0.0/8"]}}


async def test_what_the_form_has_is_saved_and_headers_are_never_shown(
    visitor: Visitor, operator: Member
):
    visitor.store.feeds.add(feed("aaaa1111", title="Wire"))
    stored = visitor.store.feeds.find("aaaa1111")
    assert stored is not None
    fields = {
        "url": stored.url,
        "title": "Harbour Wire",
        "language": "ko",
        "tags": "a, b,",
        "every": "30m",
        "note": "slow",
        "headers": "Authorization: Bearer t0ken",
    }
    answer = await operator.post(f"{PATH}/aaaa1111/edit", fields)
    assert (answer.status, answer.headers["location"]) == (303, f"{PATH}/aaaa1111")
    stored = visitor.store.feeds.find("aaaa1111")
    assert stored is not None
    assert (stored.title, stored.language, stored.tags) == ("Harbour Wire", "ko", ("a", "b"))
    assert (stored.every, stored.note) == (timedelta(minutes=30), "slow")
    assert stored.headers == (("Authorization", "Bearer t0ken"),)
    page = (await operator.get(f"{PATH}/aaaa1111")).text
    assert "Authorization; their values are hidden" in page
    assert "t0ken" not in page
    await operator.post(f"{PATH}/aaaa1111/edit", {**fields, "headers": "", "no_headers": "yes"})
    stored = visitor.store.feeds.find("aaaa1111")
    assert stored is not None
    assert stored.headers == ()


async def test_a_value_that_can_not_be_used_changes_nothing(visitor: Visitor, operator: Member):
    visitor.store.feeds.add(feed("aaaa1111", title="Wire"))
    before = visitor.store.feeds.list()
    for change in (
        {"every": "1s"},
        {"language": "klingon"},
        {"url": "http://10.0.0.1/feed"},
        {"headers": "Host: other.example"},
    ):
        fields = {"url": before[0].url, "title": "New", **change}
        answer = await operator.post(f"{PATH}/aaaa1111/edit", fields)
        flash = answer.headers["set-cookie"].partition(";")[0]
        cookie = {"cookie": f"{operator.cookie}; {flash}"}
        assert "flash fault" in (await operator.get(f"{PATH}/aaaa1111", headers=cookie)).text
        assert visitor.store.feeds.list() == before


async def test_an_address_is_kept_and_a_private_one_is_refused(visitor: Visitor, operator: Member):
    answer = await operator.post(PATH, {"url": "https://a.example/feed", "tags": "wire"})
    (stored,) = visitor.store.feeds.list()
    assert (stored.url, stored.tags) == ("https://a.example/feed", ("wire",))
    assert answer.headers["location"] == f"{PATH}/{stored.key}"
    for path in (PATH, f"{PATH}/try"):
        answer = await operator.post(path, {"url": "http://10.0.0.1/feed"})
        assert (answer.status, answer.headers["location"]) == (303, PATH)
    assert len(visitor.store.feeds.list()) == 1


async def test_a_list_is_shown_before_it_is_imported(visitor: Visitor, operator: Member):
    page = (await operator.post(f"{PATH}/list", {"opml": OPML})).text
    assert "1 feed would be added" in page
    assert "http://10.0.0.1/feed" in page
    assert visitor.store.feeds.list() == []
    answer = await operator.post(f"{PATH}/list", {"opml": OPML, "confirmed": "yes"})
    assert answer.status == 303
    assert [stored.url for stored in visitor.store.feeds.list()] == ["https://a.example/feed"]
    assert (await operator.post(f"{PATH}/list", {"opml": "no list"})).status == 303


async def test_a_page_shows_what_its_feed_answers(server: Server, operator: Member):
    feed = server.serve("/feed.xml", content_type="application/rss+xml")
    page = server.serve("/", PAGE, content_type="text/html")
    answer = await operator.post(f"{PATH}/try", {"url": page})
    assert answer.status == 200
    assert "answers with a feed of 1 entry" in answer.text
    assert f'value="{feed}"' in answer.text
    kept = await operator.post(PATH, {"url": feed})
    assert kept.status == 303
    assert (await operator.get(kept.headers["location"])).status == 200
