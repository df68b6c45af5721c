"""Pages over real HTTP, read in real children: good, moved, hanging, huge, hostile or not there."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest

from monitor.collect.fulltext.fetch_text import MISSING, PageReader
from monitor.collect.http.fetcher import HttpFetcher
from monitor.collect.workers.pool import DocumentKind, ParserPool
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.reasons import FeedReason
from tests.collect.fulltext.test_extract import PARAGRAPHS, web_page
from tests.documents import strings
from tests.web_fixtures import Call, Server, bomb

SSRF = Path(__file__).parents[3].parent / "shared" / "corpora" / "ssrf.json"
HTML = {"Content_Type": "text/html; charset=utf-8"}
MEGABYTE = 2**20


@pytest.fixture
async def reader(session: aiohttp.ClientSession) -> AsyncIterator[PageReader]:
    """Pages of a megabyte at most, within seconds."""
    extract = ParserPool(workers=1, kind=DocumentKind.PAGES)
    fetcher = HttpFetcher(
        session, user_agent="Test/1", timeout=timedelta(seconds=20), max_body_bytes=MEGABYTE
    )
    yield PageReader(fetcher, extract)
    await extract.close()


async def failure(reader: PageReader, url: str) -> FetchError | ParseError:
    with pytest.raises((FetchError, ParseError)) as raised:
        await reader.read(url)
    return raised.value


async def test_pages_are_read_one_after_another_also_after_a_redirect(
    reader: PageReader, server: Server
):
    article = server.serve("/article", web_page(*PARAGRAPHS).encode(), **HTML)
    redirected = server.serve("/old", b"", "302 Found", Location="/article")
    assert await reader.read(article) == await reader.read(redirected) == " ".join(PARAGRAPHS)
    assert server.calls[0].headers["accept"].startswith("text/html")
    assert "if-none-match" not in server.calls[0].headers


async def test_a_page_is_refused_for_what_its_server_says(reader: PageReader, server: Server):
    big = web_page("x" * MEGABYTE).encode()
    for path, answer, reason in [
        ("/404", (b"gone", "404 Not Found"), FeedReason.STATUS),
        ("/410", (b"gone", "410 Gone"), FeedReason.GONE),
        ("/429", (b"", "429 Too Many Requests"), FeedReason.THROTTLED),
        ("/big", (big, "200 OK"), FeedReason.TOO_LARGE),
        ("/none", (b"", "200 OK"), FeedReason.EMPTY_BODY),
        (
            "/login",
            (b"<html><body><form><input name=user></form></body></html>", "200 OK"),
            FeedReason.NO_TEXT,
        ),
    ]:
        url = server.serve(path, *answer, **HTML)
        assert (await failure(reader, url)).reason is reason, path


async def test_what_is_no_web_page_is_not_read_as_one(reader: PageReader, server: Server):
    url = server.serve("/paper.pdf", b"%PDF-1.7", Content_Type="application/pdf")
    error = await failure(reader, url)
    assert (error.reason, error.detail) == (
        FeedReason.NO_TEXT,
        "it is application/pdf, not a web page",
    )


async def test_ten_megabytes_and_bombs_of_them_are_cut_short(reader: PageReader, server: Server):
    plain = server.serve("/plain", b"<p>" * (10 * MEGABYTE // 3), **HTML)
    packed = server.serve("/packed", bomb(200), Content_Encoding="gzip", **HTML)
    for url in (plain, packed):
        assert (await failure(reader, url)).reason is FeedReason.TOO_LARGE


async def test_a_page_that_asks_too_much_of_its_child_costs_the_child_and_the_next_is_read(
    session: aiohttp.ClientSession, server: Server
):
    slow = [f"<b>{n}</b> {PARAGRAPHS[n % 8]} <i>{n}</i>" for n in range(20_000)]  # takes seconds
    urls = [
        server.serve("/slow", web_page(*slow).encode(), **HTML),
        server.serve("/good", web_page(*PARAGRAPHS).encode(), **HTML),
    ]
    extract = ParserPool(workers=1, kind=DocumentKind.PAGES, cpu=timedelta(seconds=0.5))
    reader = PageReader(HttpFetcher(session, user_agent="Test/1"), extract)
    try:
        assert (await failure(reader, urls[0])).reason is FeedReason.LIMITS
        assert await reader.read(urls[1])
    finally:
        await extract.close()


async def test_a_page_that_does_not_arrive_times_out(
    session: aiohttp.ClientSession, server: Server
):
    async def hang(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        await asyncio.Event().wait()

    url = server.on("/hang", hang)
    extract = ParserPool(workers=1, kind=DocumentKind.PAGES)
    timeout = timedelta(seconds=0.2)
    reader = PageReader(HttpFetcher(session, user_agent="T/1", timeout=timeout), extract)
    assert (await failure(reader, url)).reason is FeedReason.TIMEOUT


async def check_refused(addresses: list[str], reader: PageReader, server: Server) -> None:
    """Redirects to these addresses are refused; those to loopback are allowed in these tests."""
    blocked = map(ip_address, addresses)
    hosts = [
        f"[{address}]" if address.version == 6 else str(address)
        for address in blocked
        if not (getattr(address, "ipv4_mapped", None) or address).is_loopback
    ]
    assert len(hosts) > 30
    for number, host in enumerate(hosts):
        url = server.serve(f"/{number}", b"", "302 Found", Location=f"http://{host}/latest")
        assert (await failure(reader, url)).reason in (FeedReason.EGRESS, FeedReason.ADDRESS), host
    assert len(server.calls) == len(hosts)


async def test_no_redirect_leads_to_a_private_address(reader: PageReader, server: Server):
    await check_refused(strings("private_addresses.json"), reader, server)


@pytest.mark.skipif(not SSRF.is_file(), reason="the corpora are not beside the checkout")
async def test_nor_to_an_address_of_the_corpus(reader: PageReader, server: Server):
    addresses = json.loads(SSRF.read_text(encoding="utf-8"))["block"]
    await check_refused(addresses, reader, server)


async def test_without_the_library_nobody_is_asked(
    reader: PageReader, server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "trafilatura", None)  # as where it is not installed
    error = await failure(reader, server.serve("/", web_page(*PARAGRAPHS).encode(), **HTML))
    assert (error.reason, error.detail) == (FeedReason.NO_TEXT, MISSING)
    assert server.calls == []
