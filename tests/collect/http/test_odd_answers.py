"""Answers that servers should not give: raw bytes in a redirect, a 304 with a body."""

from __future__ import annotations

import pytest

from monitor.domain.errors import FetchError
from tests.collect.http.test_fetcher import at, fetch, fetcher
from tests.web_fixtures import RSS, Call, Server


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


async def test_the_body_of_a_304_does_not_make_a_feed_fail(session, server: Server):
    async def unchanged(call: Call) -> None:
        if "if-none-match" in call.headers:
            await call.send(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n" + RSS)
        else:
            await call.reply()

    fetched = await fetcher(session).fetch(at(server.on("/", unchanged), etag="x"))
    assert fetched.status in (200, 304)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %d" % (len(RSS) + 900),
        b"Transfer-Encoding: chunked",
    ],
)
async def test_a_document_that_is_whole_is_read_whatever_its_length_says(
    session, server: Server, head
):
    async def break_off(call: Call) -> None:
        chunk = b"%x\r\n%s\r\n" % (len(RSS), RSS) if b"chunked" in head else RSS
        await call.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + chunk)

    assert (await fetch(session, server.on("/", break_off))).body == RSS


async def test_a_document_that_breaks_off_is_not_read(session, server: Server):
    async def break_off(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + RSS[:-8])

    with pytest.raises(FetchError, match="breaks off"):
        await fetch(session, server.on("/", break_off))


async def test_a_choice_with_a_preferred_address_is_followed(session, server: Server):
    async def choices(call: Call) -> None:
        await call.reply(b"", "300 Multiple Choices", Location="/feed")

    server.serve("/feed")
    fetched = await fetch(session, server.on("/", choices))
    assert fetched.url == server.base + "/feed"
    assert fetched.moved_to is None
