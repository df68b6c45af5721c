"""The site: its routes, and what holds for every answer."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.exceptions import HTTPException as AnyHttpException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.domain.errors import ConfigError, StoreError
from monitor.runtime import build, topic_pack
from monitor.runtime.service import Round
from monitor.settings.sections import Settings
from monitor.web.machines import monitoring, websub
from monitor.web.pages import feeds, signup, unsubscribe
from monitor.web.site import server, templating
from monitor.web.site.context import SiteContext
from monitor.web.site.prometheus import Metrics

log = logging.getLogger(__name__)

# Nothing is loaded but our own style, nothing runs, nobody frames us, no address travels on.
_POLICY = (
    b"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    b" frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
)
_NO_STORE = (b"cache-control", b"no-store")
_QUIET = ("/healthz", "/metrics", "/style.css")  # asked every few seconds, or with every page


def asgi_app(office: SiteContext) -> ASGIApp:
    """Every route of the site."""
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for routes in (monitoring.routes, unsubscribe.routes, feeds.routes, websub.routes):
        site.include_router(routes(office))
    if office.settings.web.signup:
        site.include_router(signup.routes(office))
    site.include_router(templating.routes())
    site.add_exception_handler(AnyHttpException, _plain)
    site.add_exception_handler(StoreError, _later)
    return SecurityHeaders(site)


async def _plain(request: Request, error: Exception) -> Response:
    """An error as a line: the same for an address that never was and a token that is wrong."""
    assert isinstance(error, HTTPException | AnyHttpException)  # noqa: S101 - registered for it
    words = {404: "Not found.", 405: "Not allowed.", 413: "Too large."}.get(error.status_code)
    return Response(
        f"{words or error.detail}\n",
        status_code=error.status_code,
        media_type="text/plain",
        headers=error.headers,
    )


async def _later(request: Request, error: Exception) -> Response:
    """The database can't be asked or written: nothing was done, and the same may work later."""
    log.error("web.store_unavailable", extra={"error": str(error)})
    headers = {"retry-after": "60"}
    return Response("Try again later.\n", 503, headers=headers, media_type="text/plain")


class SecurityHeaders:
    """Headers that every answer has, and a line of the log that names the route, never a token."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        started = time.monotonic()
        status = 500

        async def polite(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = list(message.get("headers", ()))
                given = {name for name, _ in headers}
                wanted = (*_HEADERS, _NO_STORE)
                headers += [pair for pair in wanted if pair[0] not in given]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._inner(scope, receive, polite)
        finally:
            _note(scope, status, time.monotonic() - started)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "-")  # "/feeds/{token}.atom"
    quiet = route in _QUIET and status < 500
    log.log(
        logging.DEBUG if quiet else logging.INFO,
        "web.answered",
        extra={
            "route": route,
            "method": scope["method"],
            "status": status,
            "ms": round(seconds * 1000),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A site that is served."""

    address: str  # http://127.0.0.1:8080
    rounds: tuple[Round, ...]  # regular work that it needs


@asynccontextmanager
async def open_site(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    meters: Metrics,
    looks: Mapping[str, Callable[[], str]],
) -> AsyncIterator[Opened]:
    """Serve the pages at `web.listen` while this is open.

    They have a store of their own, so that they answer while articles are judged.  `looks` says
    what is wrong with the service itself: a name, and a sentence or nothing.  Raise ConfigError
    when nothing can listen there.
    """
    web = settings.web
    if web.signup and not web.public_url:
        raise ConfigError("web.signup sends mails with a link to here: set web.public_url")
    card = topic_pack.read_card(settings)
    socket = server.bind(web.listen)
    with closing(socket), closing(build.StoreThread()) as run_in_store:
        store = build.open_store(settings, upgrade=False)
        with closing(store):
            office = SiteContext(
                settings=settings,
                store=store,
                run_in_store=run_in_store,
                clock=clock,
                started_at=clock(),
                topic=card.name,
                theme_titles=card.theme_titles,
                looks=looks,
                meters=meters,
            )
            rounds = (signup.forgetting(office),) if web.signup else ()
            async with server.serving(asgi_app(office), socket, proxies=web.proxies) as address:
                yield Opened(address=address, rounds=rounds)
