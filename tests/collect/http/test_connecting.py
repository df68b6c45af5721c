"""Connections that are not made: the reason in a sentence, and nothing sent in the clear."""

from __future__ import annotations

import asyncio
import socket
import ssl

import aiohttp
import pytest

from monitor.domain.reasons import FeedReason
from monitor.net import egress
from tests.collect.http.test_fetcher import failure, fetch
from tests.web_fixtures import LOOPBACK, Names, Server


async def test_an_invalid_address_is_not_requested(session):
    error = await failure(session, "feed:https://example.org/")
    assert error.reason is FeedReason.ADDRESS


async def test_a_closed_port_is_a_connection_failure_in_plain_words(session, server: Server):
    closed = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = closed.sockets[0].getsockname()[1]
    closed.close()
    error = await failure(session, f"http://127.0.0.1:{port}/")
    assert (error.reason, error.detail) == (
        FeedReason.CONNECT,
        "no connection: Connection refused",
    )


@pytest.mark.parametrize(
    ("answer", "reason", "message"),
    [
        (socket.gaierror(-2, "Name or service not known"), FeedReason.DNS, ": Name or service"),
        ([], FeedReason.DNS, "no address is known"),
        (["10.0.0.7"], FeedReason.EGRESS, "f.example has no public address: 10.0.0.7 is a private"),
    ],
)
async def test_a_host_name_without_an_address_gives_the_reason(answer, reason, message):
    async with egress.open_session(resolver=Names(answer)) as session:
        error = await failure(session, "https://f.example/")
    assert error.reason is reason
    assert message in error.detail


async def test_rebinding_between_two_polls_is_refused(server: Server):
    url = server.serve("/").replace("127.0.0.1", "rebound.example")
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    async with egress.open_session(allow=LOOPBACK, resolver=names) as session:
        assert (await fetch(session, url)).status == 200
        error = await failure(session, url)
    assert error.reason is FeedReason.EGRESS


async def test_a_server_that_speaks_no_tls_is_a_tls_failure(session):
    def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    error = await failure(session, f"https://127.0.0.1:{port}/")
    listening.close()
    assert (error.reason, error.detail.partition(":")[0]) == (
        FeedReason.TLS,
        "no trusted connection",
    )


async def test_a_certificate_that_nobody_signed_is_told_in_openssls_words(session, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    error = await failure(session, f"https://127.0.0.1:{port}/")
    listening.close()
    assert error.reason is FeedReason.TLS
    assert error.detail.startswith("no trusted connection: self")


async def test_redirects_from_https_to_http_are_refused(server: Server, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.serve("/", b"", "301 Moved", Location=server.serve("/plain"))
    listening = await asyncio.start_server(server.handle, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=certificate[0]))
    async with aiohttp.ClientSession(connector=trusting) as session:
        error = await failure(session, f"https://127.0.0.1:{port}/")
    listening.close()
    assert error.reason is FeedReason.REDIRECT
    assert "from https to http://127.0.0.1" in error.detail
