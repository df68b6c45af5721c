"""Clients that send or read too slowly are disconnected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta

import pytest
from fastapi import FastAPI, Request, Response
from starlette.responses import StreamingResponse

from monitor.web.site import server
from monitor.web.site.connection_limits import DeadlineProtocol, extend_deadline

SOON = timedelta(milliseconds=400)
WITHIN = 5.0  # seconds: the test fails when the connection stays open for so long


class ShortDeadlines(DeadlineProtocol):
    """The same with short deadlines."""

    head = answer = read = SOON


@pytest.fixture
async def port() -> AsyncIterator[int]:
    site = FastAPI()

    @site.get("/")
    async def small() -> Response:
        return Response("hello")

    @site.get("/large")
    async def large() -> Response:
        return Response(b"x" * 40_000_000)

    @site.get("/long")
    async def long(request: Request) -> Response:
        return StreamingResponse(parts(request))

    @site.post("/")
    async def take(request: Request) -> Response:
        return Response(str(len(await request.body())))

    with closing(server.bind("127.0.0.1:0")) as socket:
        async with server.serve(site, socket, protocol=ShortDeadlines):
            yield socket.getsockname()[1]


PARTS = 20


async def parts(request: Request) -> AsyncIterator[bytes]:
    """A response that takes twice as long as one part may, of which each takes a tenth."""
    for number in range(PARTS):
        extend_deadline(request.scope)
        await asyncio.sleep(SOON.total_seconds() / 10)
        yield b"part %d\n" % number


async def test_a_long_response_comes_through_while_its_parts_are_taken(port: int):
    answer = await bytes_until_closed(port, b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
    assert f"part {PARTS - 1}".encode() in answer


def test_a_server_without_deadlines_has_none_to_extend():
    extend_deadline({"type": "http"})


async def bytes_until_closed(port: int, *chunks: bytes) -> bytes:
    """The bytes received until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for chunk in chunks:
        writer.write(chunk)
    try:
        return await asyncio.wait_for(reader.read(), WITHIN)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_a_client_that_sends_nothing_is_disconnected(port: int):
    assert await bytes_until_closed(port) == b""


async def test_a_client_that_never_ends_its_head_is_disconnected(port: int):
    assert await bytes_until_closed(port, b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ") == b""


async def test_a_client_that_never_ends_its_body_is_disconnected(port: int):
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    assert await bytes_until_closed(port, head, b"a few bytes") == b""


async def test_an_idle_client_is_disconnected_after_the_response(port: int):
    assert b"hello" in await bytes_until_closed(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


async def test_two_pipelined_requests_are_both_answered(port: int):
    answer = await bytes_until_closed(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
    assert answer.count(b"hello") == 2


async def test_a_client_that_does_not_read_is_disconnected(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
    writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readexactly(1_000)
    await asyncio.sleep(SOON.total_seconds() * 3)  # unread meanwhile; the server's buffer is full
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await asyncio.wait_for(reader.readexactly(40_000_000), WITHIN)
    writer.close()
