"""ASGI middleware that keeps the address of the connection itself, whatever a proxy forwards.

`X-Forwarded-For` says where a browser is, and decides nothing about trust.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

_PEER = "watchpost.peer"


class PeerAddress:
    """The outermost application: what comes after it may rewrite `client`."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        scope[_PEER] = client[0] if client else ""
        await self._inner(scope, receive, send)


def peer_of(scope: Scope) -> str:
    """The address that the connection came from; empty where it is not known."""
    return str(scope.get(_PEER, ""))
