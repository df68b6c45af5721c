"""ASGI middleware before the console: foreign hosts and cross-site forms are refused here.

It looks at every address below `/console` and `/api`, before any route does, so that no route
can forget it.  The pages of readers (unsubscribe, feeds, sign-up) are not affected.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.web.console.frame.cross_site import is_cross_site
from monitor.web.console.frame.hosts import KnownHosts

GUARDED = ("/console", "/api")
_FOREIGN_HOST = (
    "This installation does not know the host name {host!r}.  Add it to web.hosts in monitor.toml,"
    " or set web.public_url, and ask again.\n"
)
_CROSS_SITE = (
    "This request came from another site and was refused; nothing was changed.  Open the console"
    " itself and try again there.\n"
)


def is_guarded(path: str) -> bool:
    """Whether the address belongs to the console or the API."""
    return any(path == root or path.startswith(f"{root}/") for root in GUARDED)


class ConsoleGate:
    """Refuses with 421 and 403; lets everything else through."""

    def __init__(self, inner: ASGIApp, hosts: KnownHosts) -> None:
        self._inner = inner
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(scope) if scope["type"] == "http" else None
        await (refused or self._inner)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if not is_guarded(scope["path"]):
            return None
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._hosts.has(host):
            text = _FOREIGN_HOST.format(host=host[:100])
            return Response(text, 421, media_type="text/plain")
        has_token = headers.get("authorization", "").lower().startswith("bearer ")
        # in the API a session changes nothing, wherever the request comes from
        by_session = not has_token and not scope["path"].startswith("/api")
        if by_session and is_cross_site(scope["method"], headers):
            return Response(_CROSS_SITE, 403, media_type="text/plain")
        return None
