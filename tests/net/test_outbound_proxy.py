"""Requests by an outbound proxy, with a real one on loopback; what the guard still checks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.net import egress
from monitor.net.outbound_proxy import OutboundProxy
from tests.net.test_egress import LOOPBACK_URLS
from tests.web_fixtures import LOOPBACK, Names


@dataclass
class Proxy:
    """An HTTP proxy that knows one server, under every name."""

    port_of_server: int
    heads: list[str] = field(default_factory=list)  # what it was asked
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head.decode())
        inward, outward = await asyncio.open_connection("127.0.0.1", self.port_of_server)
        if head.startswith(b"CONNECT "):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = re.sub(rb" http://[^/]+", b" ", head, count=1)
            outward.write(path.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            writer.write(await inward.read())
        outward.close()
        writer.close()


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy, and behind it a server that answers "hello"."""

    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/{path:.*}", hello)
    async with TestServer(application, host="127.0.0.1") as server:
        running = Proxy(port_of_server=server.port or 0)
        async with await asyncio.start_server(running.serve, "127.0.0.1", 0) as listener:
            running.port = listener.sockets[0].getsockname()[1]
            yield running


def by(running: Proxy, *direct: str, host: str = "127.0.0.1") -> OutboundProxy:
    address = f"http://desk:s3cret@{host}:{running.port}"
    return OutboundProxy.from_address(address, direct)


async def test_a_name_is_asked_by_the_proxy_which_resolves_it() -> None:
    async with (
        proxy() as running,
        egress.open_session(resolver=Names([]), proxy=by(running)) as session,
        session.get("http://wire.example/feed") as answer,
    ):
        assert await answer.text() == "hello"
    (head,) = running.heads
    assert head.startswith("GET http://wire.example/feed HTTP/1.1")
    assert "Proxy-Authorization: Basic" in head


async def test_the_name_of_the_proxy_may_lead_into_our_own_network() -> None:
    async with (
        proxy() as running,
        egress.open_session(
            resolver=Names(["127.0.0.1"]), proxy=by(running, host="proxy.internal")
        ) as session,
        session.get("http://wire.example/feed") as answer,
    ):
        assert answer.status == 200


async def test_https_goes_through_a_tunnel() -> None:
    async with (
        proxy() as running,
        egress.open_session(resolver=Names([]), proxy=by(running)) as session,
    ):
        with pytest.raises(aiohttp.ClientError):  # the server behind it speaks no TLS
            await session.get("https://wire.example/feed")
    assert running.heads[0].startswith("CONNECT wire.example:443 HTTP/1.1")


WRITTEN = [url for url in LOOPBACK_URLS if ".example" not in url and "@" not in url]


@pytest.mark.parametrize("url", [*WRITTEN, "http://10.0.0.1/", "http://169.254.169.254/"])
async def test_behind_a_proxy_a_written_address_is_refused_before_the_proxy_hears_of_it(
    url: str,
) -> None:
    running = Proxy(port_of_server=0, port=9)
    async with egress.open_session(resolver=Names([]), proxy=by(running)) as session:
        with pytest.raises(aiohttp.ClientError) as raised:
            await session.get(url)
        assert egress.refused(raised.value) or "Invalid" in type(raised.value).__name__


async def test_hosts_without_the_proxy_are_checked_as_before() -> None:
    async with proxy() as running:
        direct = by(running, ".internal", "wire.example")
        url = f"http://feeds.internal:{running.port_of_server}/"
        names = Names(["127.0.0.1"])
        async with (
            egress.open_session(allow=LOOPBACK, resolver=names, proxy=direct) as session,
            session.get(url) as answer,
        ):
            assert await answer.text() == "hello"
        async with egress.open_session(resolver=Names(["127.0.0.1"]), proxy=direct) as session:
            with pytest.raises(aiohttp.ClientConnectorError) as raised:
                await session.get(url)
            assert egress.refused(raised.value)
        assert running.heads == []


@pytest.mark.parametrize(
    ("host", "direct"),
    [
        ("internal", True),
        ("a.INTERNAL.", True),
        ("notinternal", False),
        ("wire.example", True),
        ("a.wire.example", False),
        ("other.example", False),
    ],
)
def test_direct_hosts_are_names_or_all_below_one(host: str, direct: bool) -> None:
    chosen = OutboundProxy.from_address("http://proxy:3128", (".internal", "wire.example"))
    assert chosen.is_direct(host) is direct
