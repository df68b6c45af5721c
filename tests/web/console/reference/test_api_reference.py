"""Tests of the API's reference as a page."""

from __future__ import annotations

from tests.web.api.conftest import document
from tests.web.console.conftest import Member


async def test_the_page_shows_every_address_with_a_curl_line(viewer: Member) -> None:
    page = await viewer.get("/console/api")
    assert page.status == 200
    for path in document()["paths"]:
        assert path in page.text
    assert "curl -X POST -H &#34;Authorization: Bearer $TOKEN&#34;" in page.text
    assert "http://127.0.0.1:" in page.text


async def test_what_it_offers_to_open_opens(viewer: Member) -> None:
    page = await viewer.get("/console/api")
    assert 'href="/api/v1/articles"' in page.text
    assert (await viewer.get("/api/v1/articles")).status == 200
