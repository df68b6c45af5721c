"""Security headers of every response, and the access log, which names routes, never tokens."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

# Pages load nothing but our own style sheet, run no script, can't be framed, send no referrer.
_POLICY = (
    b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    b" frame-ancestors 'none'"
)
# The console may run its own scripts, from files only, and ask its own addresses.
_CONSOLE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    b" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CONSOLE = ("/console", "/api")
_HEADERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
    (b"cache-control", b"no-store"),
)
# Requested every few seconds, or with every page: logged at the level DEBUG.
_FREQUENT = ("/healthz", "/metrics", "/style.css", "/console/live", "/console/static/{name}")


class SecurityHeaders:
    """ASGI middleware: adds the headers that a response does not set itself, and logs it."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        started = time.monotonic()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                names = {name for name, _ in headers}
                defaults = (*_HEADERS, (b"content-security-policy", _policy(scope["path"])))
                headers += [header for header in defaults if header[0] not in names]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._inner(scope, receive, send_with_headers)
        finally:
            _log_response(scope, status, time.monotonic() - started)


def _policy(path: str) -> bytes:
    return _CONSOLE_POLICY if path.startswith(_CONSOLE) else _POLICY


def _log_response(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "-")  # "/feeds/{token}.atom"
    is_routine = route in _FREQUENT and status < 500
    log.log(
        logging.DEBUG if is_routine else logging.INFO,
        "web.answered",
        extra={
            "route": route,
            "method": scope["method"],
            "status": status,
            "ms": round(seconds * 1000),
        },
    )
