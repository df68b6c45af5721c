"""The server: uvicorn as a guest in our loop, that listens, answers, ends with the service."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from monitor.domain.errors import ConfigError
from monitor.web.site.connection_limits import BoundedProtocol

MOST_CONNECTIONS = 200  # at once; one more is told to come back (503)
LARGEST_HEAD_BYTES = 16_384
_GOODBYE_SECONDS = 1  # SIGTERM promises an end within 10 s, most of it for polls and deliveries


class _Guest(uvicorn.Server):
    """A server that leaves the signals to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(address: str) -> socket.socket:
    """A socket that listens at "127.0.0.1:8080" or "[::1]:8080".  Raise ConfigError."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, int(port)))
        opened.listen(MOST_CONNECTIONS)
    except OSError as error:
        opened.close()
        raise ConfigError(
            f"web.listen = {address!r}: can't listen there: {error.strerror or error}; another"
            " program may: choose another port, or an empty address for no pages"
        ) from error
    opened.setblocking(False)
    return opened


@asynccontextmanager
async def serving(
    site: ASGIApp,
    at: socket.socket,
    *,
    proxies: Sequence[object] = (),
    protocol: type[BoundedProtocol] = BoundedProtocol,
) -> AsyncIterator[str]:
    """Answer while this is open; the address, as `http://127.0.0.1:8080`.

    `proxies` are networks: who asks from there says for whom, in `X-Forwarded-For`.
    """
    server = _Guest(
        uvicorn.Config(
            site,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,  # see `BoundedProtocol`
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=[str(network) for network in proxies],
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=LARGEST_HEAD_BYTES,
            timeout_graceful_shutdown=_GOODBYE_SECONDS,
        )
    )
    host, port = at.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    running = asyncio.create_task(server.serve([at]))
    try:
        yield address
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await running
