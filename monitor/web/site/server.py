"""The HTTP server: uvicorn in the event loop of the service."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from monitor.domain.errors import ConfigError
from monitor.web.site.connection_limits import DeadlineProtocol
from monitor.web.site.peer_address import PeerAddress

MOST_CONNECTIONS = 200  # at once; further ones get a 503
TICK = timedelta(seconds=1)  # between two looks whether to end; the Date of responses is as old
NEXT_PORTS = 20  # tried when a port is taken
LARGEST_HEAD_BYTES = 16_384
_SHUTDOWN_SECONDS = 1  # of the 10 s after SIGTERM; polls and deliveries need the rest


class _EmbeddedServer(uvicorn.Server):
    """A server that leaves signals to the process it runs in, and wakes once a second.

    uvicorn wakes ten times a second, to look whether it should exit.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._asked_to_exit = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def exit(self) -> None:
        """End `serve` now, after the responses that are being sent."""
        self.should_exit = True
        self._asked_to_exit.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # which sets the Date of responses
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked_to_exit.wait(), TICK.total_seconds())


def bind(address: str, *, or_next: bool = False) -> socket.socket:
    """A socket that listens at "127.0.0.1:8080" or "[::1]:8080".

    With `or_next` it listens at one of the next ports when that one is taken.  Raise ConfigError.
    """
    host, _, port = address.rpartition(":")
    host, first = host.strip("[]"), int(port)
    tries = NEXT_PORTS if or_next and first else 0
    for number in range(first, min(first + tries, 65_535)):
        with contextlib.suppress(OSError):
            return _listener(host, number)
    try:
        return _listener(host, first)
    except OSError as error:
        raise ConfigError(
            f"web.listen = {address!r}: can't listen there: {error.strerror or error}; another"
            " program may use the port: choose another, or an empty address to serve no pages"
        ) from error


def _listener(host: str, port: int) -> socket.socket:
    """Raise OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends each part of an answer at once (TCP_NODELAY); else the
    # body waits up to 40 ms for the acknowledgement of the head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(MOST_CONNECTIONS)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def is_at(listener: socket.socket, address: str) -> bool:
    """Whether the socket listens at the port of this address; port 0 means any."""
    port = int(address.rpartition(":")[2])
    return port in (0, listener.getsockname()[1])


@asynccontextmanager
async def serve(
    app: ASGIApp,
    listener: socket.socket,
    *,
    proxies: Sequence[object] = (),
    protocol: type[DeadlineProtocol] = DeadlineProtocol,
) -> AsyncIterator[str]:
    """Serve while the context is open; yields the address, as `http://127.0.0.1:8080`.

    `proxies` are the networks whose `X-Forwarded-For` header is trusted.
    """
    forwarded: Any = app  # Starlette and uvicorn declare the type of an application differently
    if proxies:
        forwarded = ProxyHeadersMiddleware(forwarded, [str(network) for network in proxies])
    server = _EmbeddedServer(
        uvicorn.Config(
            PeerAddress(forwarded),
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,  # see `DeadlineProtocol`
            server_header=False,
            proxy_headers=False,  # see above: `PeerAddress` comes before it
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield address
    finally:
        server.exit()
        with contextlib.suppress(asyncio.CancelledError):
            await running
