"""Answers that servers should not give: cookies on redirects, raw bytes, browser checks."""

from __future__ import annotations

import pytest

from tests.collect.http.test_fetcher import at, failure, fetch, fetcher
from tests.web_fixtures import RSS, Call, Server


async def test_a_cookie_lives_for_one_chain_of_redirects_and_one_host(session, server: Server):
    async def feed_or_gate(call: Call) -> None:
        if "passed=yes" in call.headers.get("cookie", ""):
            await call.reply()
        else:
            await call.reply(b"", "302 Found", Location="/gate")

    async def gate(call: Call) -> None:
        await call.reply(b"", "302 Found", Location="/", Set_Cookie="passed=yes; Path=/")

    url = server.on("/", feed_or_gate)
    server.on("/gate", gate)
    for _ in range(2):
        assert (await fetch(session, url)).body == RSS
    assert ["cookie" in call.headers for call in server.calls] == [False, False, True] * 2


async def test_a_cookie_that_changes_nothing_is_still_a_circle(session, server: Server):
    url = server.serve("/", b"", "302 Found", Location="/", Set_Cookie="seen=1")
    error = await failure(session, url)
    assert error.detail.startswith("redirects in a circle")


@pytest.mark.parametrize(
    ("location", "target"),
    [(b"/caf\xe9.xml", "/caf%E9.xml"), ("/кран".encode(), "/%D0%BA%D1%80%D0%B0%D0%BD")],
)
async def test_bytes_beyond_ascii_in_a_redirect_go_on_as_they_came(
    session, server: Server, location, target
):
    async def redirect(call: Call) -> None:
        await call.send(
            b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
        )

    server.serve(target)
    assert (await fetch(session, server.on("/", redirect))).url == server.base + target


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


async def test_the_body_of_a_304_does_not_make_a_feed_fail(session, server: Server):
    async def unchanged(call: Call) -> None:
        if "if-none-match" in call.headers:
            await call.send(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n" + RSS)
        else:
            await call.reply()

    fetched = await fetcher(session).fetch(at(server.on("/", unchanged), etag="x"))
    assert fetched.status in (200, 304)


@pytest.mark.parametrize(
    ("headers", "page", "service"),
    [
        ({"cf_mitigated": "challenge"}, b"", "Cloudflare"),
        ({}, b"<title>Just a moment...</title>", "Cloudflare"),
        ({"Server": "ddos-guard"}, b"", "DDoS-Guard"),
        ({}, b"<title>Making sure you&#39;re not a bot!</title>", "Anubis"),
    ],
)
async def test_a_check_for_browsers_is_called_by_its_name(
    session, server: Server, headers, page, service
):
    error = await failure(session, server.serve("/", page, "403 Forbidden", **headers))
    assert f"a check for browsers by {service}" in error.detail
