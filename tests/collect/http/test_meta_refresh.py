"""Pages that refresh to another address of their site are redirects."""

from __future__ import annotations

import pytest

from tests.collect.http.test_fetcher import fetch
from tests.web_fixtures import RSS, Server


async def test_a_short_page_that_refreshes_to_its_own_site_is_a_redirect(session, server: Server):
    page = b"<html><head><META content='0; URL=new.xml' http-equiv=refresh></head></html>"
    url = server.serve("/old.xml", page, Content_Type="text/html")
    server.serve("/new.xml")
    fetched = await fetch(session, url)
    assert (fetched.url, fetched.body) == (server.base + "/new.xml", RSS)
    assert fetched.moved_to is None


@pytest.mark.parametrize(
    "page",
    [
        b"<meta http-equiv=refresh content='5; url=https://elsewhere.example/f'>",
        b"<meta http-equiv=refresh content='300'>",
        b"<meta name=refresh content='0; url=/new.xml'>",
        b"<meta http-equiv=refresh content='0; url=/new.xml'>" + b"words " * 1_000,
    ],
)
async def test_other_pages_stay_pages(session, server: Server, page):
    assert (await fetch(session, server.serve("/", page))).body == page
