"""Error pages of the console, and problems (RFC 9457) for programs: what to do next."""

from __future__ import annotations

import logging
from typing import TypeVar
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as AnyHttpException

from monitor.access.permissions import refusal_text
from monitor.domain.errors import ConfigError, StoreError
from monitor.web.console.frame.gate import is_guarded
from monitor.web.console.frame.place_router import ActRefusedError, SignInNeededError
from monitor.web.console.frame.rendering import render
from monitor.web.site import problems
from monitor.web.site.context import SiteContext
from monitor.web.site.problems import Problem

log = logging.getLogger(__name__)

SIGN_IN = "/console/sign-in"
_HEADINGS = {
    400: "That can't be done",
    401: "Sign in",
    403: "Not allowed",
    404: "There is no such page",
    405: "Not allowed",
    409: "Somebody else changed it",
    413: "Too large",
    422: "That can't be read",
    429: "Too many tries",
    503: "The database can't be used",
}
_SENTENCES = {
    404: "The address may be mistyped, or what it showed was removed since.",
    405: "This address does not take that request.",
    413: "The form or the file is larger than this page takes; nothing was changed.",
    422: "A part of the address or the form is missing or has a wrong form; nothing was changed.",
    503: "Nothing was changed.  Ask again in a minute; the log of the service has the reason.",
}


E = TypeVar("E", bound=Exception)


def add_to(app: FastAPI, site: SiteContext) -> None:
    """Register the handlers of what routes of the console raise."""

    async def sign_in(request: Request, error: Exception) -> Response:
        if _wants_json(request):
            return _response(site, request, 401, "Sign in, or send an access token.")
        way_back = quote(_page_before(request), safe="/")
        address = f"{SIGN_IN}?next={way_back}" + (
            "&again=1" if _of_kind(SignInNeededError, error).again else ""
        )
        if "hx-request" in request.headers:  # a redirect would put the page into a fragment
            return Response(status_code=401, headers={"hx-redirect": address})
        return RedirectResponse(address, status_code=303)

    async def refused(request: Request, error: Exception) -> Response:
        refusal = _of_kind(ActRefusedError, error)
        return _response(site, request, 403, refusal_text(refusal.act, refusal.reason))

    async def bad_request(request: Request, error: Exception) -> Response:
        return _response(site, request, 400, str(error))

    async def unreadable(request: Request, error: Exception) -> Response:
        return _response(site, request, 422, _SENTENCES[422])

    app.add_exception_handler(SignInNeededError, sign_in)
    app.add_exception_handler(ActRefusedError, refused)
    app.add_exception_handler(ConfigError, bad_request)
    app.add_exception_handler(RequestValidationError, unreadable)


def _of_kind(kind: type[E], error: Exception) -> E:
    """The error that a handler was registered for; any other is raised on."""
    if not isinstance(error, kind):
        raise error
    return error


def http_error(site: SiteContext, request: Request, error: Exception) -> Response | None:
    """The page for an error of HTTP or of the database; None: it is not the console's to answer."""
    if not is_guarded(request.url.path):
        return None
    if isinstance(error, StoreError):
        log.error("web.store_unavailable", extra={"error": str(error)})
        return _response(site, request, 503, _SENTENCES[503], {"retry-after": "60"})
    if not isinstance(error, AnyHttpException):
        return None
    sentence = _SENTENCES.get(error.status_code) or str(error.detail)
    return _response(site, request, error.status_code, sentence, dict(error.headers or {}))


def _response(
    site: SiteContext,
    request: Request,
    status: int,
    sentence: str,
    headers: dict[str, str] | None = None,
) -> Response:
    heading = _HEADINGS.get(status, "That did not work")
    if _wants_json(request):
        problem_type = problems.BY_STATUS.get(status, problems.BAD_REQUEST)
        return Problem(type=problem_type, detail=sentence, headers=headers or {}).response()
    page = render(site, request, "error", {"heading": heading, "sentence": sentence}, status=status)
    page.headers.update(headers or {})
    return page


def _wants_json(request: Request) -> bool:
    path = request.url.path
    return path.startswith("/api") or path.endswith((".json", ".csv", ".atom", ".jsonl"))


def _page_before(request: Request) -> str:
    """Where to go after the sign-in: the page itself, or the one whose form was sent."""
    if request.method in ("GET", "HEAD"):
        query = request.url.query
        return request.url.path + (f"?{query}" if query else "")
    return "/".join(request.url.path.split("/")[:3])  # the place of the form: "/console/account"
