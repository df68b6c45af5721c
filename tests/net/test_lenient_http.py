"""Responses that no strict parser accepts, from a real server, in one piece and byte by byte."""

from __future__ import annotations

import aiohttp
import pytest

from tests.web_fixtures import Call, Server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


async def answer(session, server: Server, octets: bytes, *, split: int = 0) -> bytes:
    async def send(call: Call) -> None:
        for start in range(0, len(octets), split or len(octets)):
            await call.send(octets[start : start + (split or len(octets))])

    async with session.get(server.on("/", send)) as response:
        return await response.read()


@pytest.mark.parametrize("split", [0, 1, 7])
@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nno colon\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"X Y: z\r\nContent-Length: none\r\n",
        b"Content-Length: 5\nETag: \x00\n",
    ],
)
async def test_an_odd_line_does_not_cost_the_answer(session, server: Server, lines, split):
    assert await answer(session, server, HEAD + lines + b"\r\nwords", split=split) == b"words"


async def test_an_early_hint_comes_before_the_answer(session, server: Server):
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
    octets = hint + HEAD + b"Content-Length: 5\r\n\r\nwords"
    assert await answer(session, server, octets) == b"words"
    assert await answer(session, server, octets, split=3) == b"words"


async def test_octets_after_the_length_are_ignored(session, server: Server):
    octets = HEAD + b"Content-Length: 5\r\n\r\nwords and more"
    assert await answer(session, server, octets) == b"words"
    assert await answer(session, server, octets, split=4) == b"words"  # on another connection


@pytest.mark.parametrize("split", [0, 5])
async def test_a_malformed_body_ends_the_reading(session, server: Server, split):
    octets = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\nZZ\r\nmore"
    with pytest.raises(aiohttp.ClientError):
        await answer(session, server, octets, split=split)


async def test_what_is_no_http_is_an_error(session, server: Server):
    with pytest.raises(aiohttp.ClientError):
        await answer(session, server, b"<html>no head</html>")


async def test_a_head_that_breaks_off_is_an_error(session, server: Server):
    with pytest.raises(aiohttp.ClientError):
        await answer(session, server, HEAD)
