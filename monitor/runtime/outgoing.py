"""Outgoing connections: HTTP sessions behind the egress guard, and the User-Agent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from monitor import __version__

if TYPE_CHECKING:  # each costs start-up time that most commands need not pay
    from aiohttp import ClientSession

    from monitor.settings.sections import Settings


def user_agent(settings: Settings) -> str:
    """The User-Agent of our requests: name, version, and where a publisher can reach us."""
    contact = settings.poll.contact or "no contact set"
    return f"Watchpost/{__version__} (+{contact})"


@asynccontextmanager
async def open_session(
    settings: Settings, *, connections: int, per_host: int
) -> AsyncIterator[ClientSession]:
    """An HTTP session that connects only to the addresses that the settings allow."""
    from monitor.net import egress
    from monitor.net.outbound_proxy import OutboundProxy

    address = settings.egress.proxy.get_secret_value()
    session = egress.open_session(
        allow=settings.egress.allow,
        connections=connections,
        per_host=per_host,
        proxy=OutboundProxy.from_address(address, settings.egress.no_proxy) if address else None,
    )
    async with session:
        yield session
