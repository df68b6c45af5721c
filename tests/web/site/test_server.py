"""The server listens, serves both address families, and shuts down."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import pytest
from fastapi import FastAPI, Request

from monitor.domain.errors import ConfigError
from monitor.web.site import server
from monitor.web.site.connection_limits import DeadlineProtocol


def test_a_port_in_use_is_a_clear_error():
    with closing(server.bind("127.0.0.1:0")) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError, match=f"web.listen = '127.0.0.1:{port}': can't listen"):
            server.bind(f"127.0.0.1:{port}")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_the_next_free_port_is_taken_only_when_that_is_allowed(host):
    with closing(server.bind(f"{host}:0")) as first:
        address = f"{host}:{first.getsockname()[1]}"
        assert server.is_at(first, address)
        assert server.is_at(first, f"{host}:0")
        with closing(server.bind(address, or_next=True)) as second:
            assert not server.is_at(second, address)
            distance = second.getsockname()[1] - first.getsockname()[1]
            assert 1 <= distance <= server.NEXT_PORTS


def test_a_free_port_is_taken_as_it_is():
    with closing(server.bind("127.0.0.1:0")) as probe:
        port = probe.getsockname()[1]
    with closing(server.bind(f"127.0.0.1:{port}", or_next=True)) as listener:
        assert listener.getsockname()[1] == port


def test_an_address_of_another_machine_is_a_clear_error():
    with pytest.raises(ConfigError, match="can't listen there"):
        server.bind("203.0.113.1:8080")


async def test_both_families_are_served():
    for address in ("127.0.0.1:0", "[::1]:0"):
        with closing(server.bind(address)) as listener:
            async with (
                server.serve(FastAPI(), listener) as base,
                aiohttp.request("GET", base + "/") as answer,
            ):
                assert answer.status == 404


async def test_a_response_has_a_date_and_the_server_ends_without_waiting_for_its_tick(monkeypatch):
    monkeypatch.setattr(server, "TICK", timedelta(hours=1))
    async with asyncio.timeout(30):
        with closing(server.bind("127.0.0.1:0")) as listener:
            async with (
                server.serve(FastAPI(), listener) as base,
                aiohttp.request("GET", base + "/") as answer,
            ):
                assert parsedate_to_datetime(answer.headers["Date"]).tzinfo is UTC


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
async def test_the_body_of_an_answer_does_not_wait_for_the_acknowledgement_of_its_head(host):
    options: list[int] = []

    class WatchedProtocol(DeadlineProtocol):
        def connection_made(self, transport):
            connection = transport.get_extra_info("socket")
            options.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            super().connection_made(transport)

    with closing(server.bind(f"{host}:0")) as listener:
        async with (
            server.serve(FastAPI(), listener, protocol=WatchedProtocol) as base,
            aiohttp.request("GET", base + "/"),
        ):
            assert options == [1]


async def test_shutdown_waits_for_a_response_under_way_but_not_for_ever():
    site, received = FastAPI(), asyncio.Event()

    @site.get("/never")
    async def never() -> None:
        received.set()
        await asyncio.Event().wait()

    with closing(server.bind("127.0.0.1:0")) as listener:
        async with aiohttp.ClientSession() as client:
            async with server.serve(site, listener) as base:
                waiting = asyncio.create_task(client.get(base + "/never"))
                await asyncio.wait_for(received.wait(), 5)
                ended = asyncio.get_running_loop().time()
            assert asyncio.get_running_loop().time() - ended < 4
            (result,) = await asyncio.gather(waiting, return_exceptions=True)
            assert isinstance(result, aiohttp.ClientError) or result.status == 500


async def test_x_forwarded_for_is_trusted_from_known_proxies_only():
    site = FastAPI()

    @site.get("/")
    async def client_host(request: Request) -> str:
        return request.client.host if request.client else ""

    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    for proxies, host in ((("127.0.0.0/8",), "198.51.100.7"), ((), "127.0.0.1")):
        with closing(server.bind("127.0.0.1:0")) as listener:
            async with (
                server.serve(site, listener, proxies=proxies) as base,
                aiohttp.request("GET", base + "/", headers=forged) as answer,
            ):
                assert await answer.json() == host
