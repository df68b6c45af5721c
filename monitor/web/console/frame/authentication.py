"""Authentication of a request: a session cookie, an access token, or a trusted proxy's header."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from monitor.access.accounts import SESSION_LIFE
from monitor.access.caller import Caller
from monitor.actions.access import access_tokens, sessions
from monitor.web.console.frame.hosts import is_loopback
from monitor.web.console.frame.proxy_header import caller_of_header
from monitor.web.site.context import SiteContext

# A browser takes a cookie of the first name only over https and only from this very host.
_SECURE_COOKIE = "__Host-watchpost-session"
_LOOPBACK_COOKIE = "watchpost-session"  # http on the machine itself, where there is no https
_BEARER = "bearer "


async def find_caller(site: SiteContext, request: Request) -> Caller | None:
    """Who asks; None when no session, token or header of a trusted proxy says so now."""
    now, address = site.clock(), address_of(request)
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith(_BEARER):
        token = authorization[len(_BEARER) :].strip()
        return await site.read(
            lambda store: access_tokens.caller_of_token(store, token, address, now)
        )
    secret = session_secret(request)
    if secret:
        find = partial(sessions.caller_of_session, cookie=secret, address=address, now=now)
        if caller := await site.read(find):
            return caller
    return await caller_of_header(site, request, address)


def has_bearer(request: Request) -> bool:
    """Whether the request names an access token, valid or not."""
    return request.headers.get("authorization", "").lower().startswith(_BEARER)


def session_secret(request: Request) -> str:
    """The secret of the session in the cookie; empty when there is none."""
    return request.cookies.get(_cookie_name(request), "")


def set_session(request: Request, response: Response, secret: str) -> None:
    """Keep a session in the browser."""
    response.set_cookie(
        _cookie_name(request),
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )


def clear_session(request: Request, response: Response) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(
        _cookie_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )


def can_keep_session(request: Request) -> bool:
    """Whether a cookie is safe here: over https, or on the machine itself."""
    return is_secure(request) or is_loopback(request.headers.get("host", ""))


def is_secure(request: Request) -> bool:
    """Whether the browser asked over https, here or at a trusted proxy."""
    return request.url.scheme == "https"


def origin_of(request: Request) -> str:
    """The origin of the page, by the host that the gate has checked: "https://watch.example"."""
    return f"{request.url.scheme}://{request.headers.get('host', '').lower()}"


def address_of(request: Request) -> str:
    """The address of the network that the request came from."""
    return request.client.host if request.client else ""


def _cookie_name(request: Request) -> str:
    return _SECURE_COOKIE if is_secure(request) else _LOOPBACK_COOKIE
