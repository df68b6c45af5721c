"""Tests of how feeds come in: found behind a page, tried, imported from a list."""

from __future__ import annotations

import io

import pytest

from tests.web.api.conftest import Program
from tests.web_fixtures import Server

PAGE = (
    b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
)
LIST = b"""<opml version="2.0"><body>
<outline text="News" xmlUrl="https://news.example/feed.xml"/>
<outline text="Inner" xmlUrl="http://10.0.0.1/feed.xml"/>
</body></opml>"""
OPML = {"content-type": "text/x-opml"}


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"egress": {"allow": ["127.0.0.0/8"]}}


async def test_the_feed_of_a_page_is_found_and_tried(server: Server, operator: Program) -> None:
    feed = server.serve("/feed.xml", content_type="application/rss+xml")
    page = server.serve("/", PAGE, content_type="text/html")
    discovered = (await operator.post("/feeds/discover", {"url": page})).json()
    assert discovered == {"url": feed, "remark": f"the feed of the page {page}"}
    added = (await operator.post("/feeds", {"url": page})).json()
    assert added["feed"]["url"] == feed
    checked = (await operator.post(f"/feeds/{added['feed']['key']}/check")).json()
    assert (checked["ok"], checked["entries"]) == (True, 1)


async def test_a_page_without_a_feed_is_refused(server: Server, operator: Program) -> None:
    page = server.serve("/", b"<html><p>No feed.</p></html>", content_type="text/html")
    answer = await operator.post("/feeds/discover", {"url": page})
    assert answer.status == 422
    assert "is no feed" in answer.json()["detail"]


async def test_a_list_is_rehearsed_imported_and_exported(operator: Program) -> None:
    path = "/feeds/import"
    rehearsed = await operator.ask("POST", f"{path}?dry_run=true", data=LIST, headers=OPML)
    assert rehearsed.json()["added"] == 1
    assert (await operator.get("/feeds")).json()["items"] == []
    imported = await operator.ask("POST", path, data=LIST, headers=OPML)
    assert imported.json()["added"] == 1
    assert "http://10.0.0.1/feed.xml" in imported.json()["refused"][0]
    again = await operator.ask("POST", path, data=LIST, headers=OPML)
    assert again.json()["added"] == 0
    exported = await operator.get("/feeds.opml")
    assert b"https://news.example/feed.xml" in exported.body


@pytest.mark.parametrize("document", [b"", b"no list", b"<opml><body></opml>"])
async def test_what_is_no_list_is_refused(operator: Program, document: bytes) -> None:
    answer = await operator.ask("POST", "/feeds/import", data=document, headers=OPML)
    assert answer.status == 422


async def test_a_list_has_at_most_two_megabytes_and_a_type_of_its_own(operator: Program) -> None:
    large = await operator.ask(
        "POST", "/feeds/import", data=io.BytesIO(bytes(2_097_153)), headers=OPML
    )
    assert large.status == 413
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = await operator.ask("POST", "/feeds/import", data=LIST, headers=form)
    assert answer.status == 415
