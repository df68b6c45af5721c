"""Routes of the console: each names the act that it needs, and only who may do it gets there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute

from monitor.access.caller import Caller
from monitor.access.permissions import Act, Refusal, refusal
from monitor.actions.access.sessions import is_use_due, record_use
from monitor.web.console.frame import authentication
from monitor.web.site.context import SiteContext

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])

_ACT = "x-act"  # beside the route: the act, or `_OPEN`
_OPEN = "open"


class SignInNeededError(Exception):
    """Nobody is signed in; `again`: the last sign-in is too old for this act."""

    def __init__(self, *, again: bool = False) -> None:
        super().__init__("sign in")
        self.again = again


class ActRefusedError(Exception):
    """The caller may not do this."""

    def __init__(self, act: Act, reason: Refusal) -> None:
        super().__init__(f"{act}: {reason}")
        self.act = act
        self.reason = reason


class PlaceRouter:
    """A router whose routes can't be made without an act."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self.router = APIRouter()

    def get(self, path: str, act: Act) -> Callable[[Handler], Handler]:
        """A page or a list; `HEAD` is answered as well."""
        return self._route(path, act, ["GET", "HEAD"])

    def post(self, path: str, act: Act) -> Callable[[Handler], Handler]:
        """A form that changes something."""
        return self._route(path, act, ["POST"])

    def open_get(self, path: str) -> Callable[[Handler], Handler]:
        """A page for everybody: the sign-in."""
        return self._route(path, None, ["GET", "HEAD"])

    def open_post(self, path: str) -> Callable[[Handler], Handler]:
        """A form for everybody: the sign-in."""
        return self._route(path, None, ["POST"])

    def _route(
        self, path: str, act: Act | None, methods: list[str]
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.router.add_api_route(
                path,
                handler,
                methods=methods,
                response_model=None,
                dependencies=[Depends(self._check(act))] if act else [],
                openapi_extra={_ACT: act or _OPEN},
                include_in_schema=False,  # pages are for people
            )
            return handler

        return register

    def _check(self, act: Act) -> Callable[[Request], Awaitable[None]]:
        async def check(request: Request) -> None:
            await authorize(self._site, request, act)

        return check


async def authorize(site: SiteContext, request: Request, act: Act) -> Caller:
    """The caller, if they may do the act; the use of their session or token is recorded.

    Raise SignInNeededError when nobody is signed in, and ActRefusedError.
    """
    caller = await authentication.find_caller(site, request)
    if caller is None:
        raise SignInNeededError
    request.state.caller = caller
    now = site.clock()
    reason = refusal(act, caller, now)
    if reason is Refusal.OLD_SIGN_IN:
        raise SignInNeededError(again=True)
    if reason is not None:
        raise ActRefusedError(act, reason)
    if is_use_due(caller, now):
        await site.write(lambda store: record_use(store, caller, now))
    return caller


def caller_of(request: Request) -> Caller:
    """Who asks; only in a route that names an act."""
    caller = request.state.caller
    assert isinstance(caller, Caller)  # noqa: S101 - set before the handler is called
    return caller


def acts_of_places(app: FastAPI) -> dict[str, Act | None]:
    """From "POST /console/marks" to its act; None: it is open to everybody.

    All routes below `/console`; raise KeyError for one that was made without an act.
    """
    acts: dict[str, Act | None] = {}
    for route in app.routes:
        path = getattr(route, "path", None)
        if path is None:  # an included router, whose routes are not among those of the application
            raise KeyError(repr(route))
        if not path.startswith("/console"):
            continue
        if not isinstance(route, APIRoute):
            raise KeyError(path)
        act = (route.openapi_extra or {})[_ACT]
        for method in route.methods or ():
            if method != "HEAD":  # it is that of GET
                acts[f"{method} {path}"] = None if act == _OPEN else act
    return acts
