"""Sign-in by OpenID Connect: to the provider, back with its answer, and connected accounts."""

from __future__ import annotations

import hmac
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from monitor.access.permissions import Act
from monitor.access.sign_in_flow import FLOW_LIFE, SignInFlow, new_flow, read_flow
from monitor.actions.access import identity_sign_in, people
from monitor.actions.access.identity_sign_in import ProvedIdentity, proved_identity
from monitor.actions.access.oidc_provider import OidcProvider, ProviderAnswer, oidc_fault
from monitor.actions.access.sign_in import SignInDesk, limit_tries
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from monitor.web.console import account, sign_in
from monitor.web.console.frame import authentication
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, see_other
from monitor.web.site.context import SiteContext

START = "/console/sign-in/oidc"
CALLBACK = f"{START}/callback"
_ACCOUNT = f"{account.PATH}/identities"
_SECURE_COOKIE, _LOOPBACK_COOKIE = "__Host-watchpost-oidc", "watchpost-oidc"
_BEGIN_AGAIN = (
    "This answer of the provider belongs to no sign-in that this browser began in the last ten"
    " minutes: begin again."
)


def routes(site: SiteContext) -> APIRouter:
    """The way to the provider and back; for everybody, where the settings name a provider."""
    place = PlaceRouter(site)
    if site.settings.oidc.issuer:
        door = _Door(site)
        _add_sign_in(place, door)
        _add_connection(place, door)
    return place.router


def _add_sign_in(place: PlaceRouter, door: _Door) -> None:
    @place.open_get(START)
    async def start(request: Request, next: str = "", again: str = "") -> Response:
        way_back = own_address(next)
        if not authentication.can_keep_session(request):
            return await sign_in.page_with_fault(door.site, request, sign_in.NO_HTTPS, way_back)
        return await door.leave(request, way_back, again=bool(again))

    @place.open_get(CALLBACK)
    async def back(request: Request) -> Response:
        return await door.come_back(request)


def _add_connection(place: PlaceRouter, door: _Door) -> None:
    site = door.site

    @place.get(_ACCOUNT + "/connect", Act.CHANGE_OWN_SIGN_IN)
    async def connect(request: Request) -> Response:
        person_key = caller_of(request).person_key
        return await door.leave(request, account.PATH, person_key=person_key, again=True)

    @place.post(_ACCOUNT + "/remove", Act.CHANGE_OWN_SIGN_IN)
    async def remove(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        key = form.text("identity")

        def remove_identity(store: Store) -> str:
            person = people.find_person(store, caller.name)
            return identity_sign_in.remove_identity(store, person, key, caller, now).issuer

        try:
            issuer = await site.write(remove_identity)
        except ConfigError as error:
            return see_other(account.PATH, Flash(text=str(error), is_fault=True))
        return see_other(account.PATH, Flash(text=f"{issuer} does not sign you in any more."))


class _Door:
    """The provider, and what a browser keeps until its answer."""

    def __init__(self, site: SiteContext) -> None:
        self.site = site
        self._provider = OidcProvider(site.settings)
        self._desk = SignInDesk(store=site.writing.store, run_in_store=site.writing.run)

    async def leave(
        self, request: Request, way_back: str, *, person_key: str = "", again: bool
    ) -> Response:
        """To the provider, with a cookie for the way back."""
        site, now = self.site, self.site.clock()
        origin = site.settings.web.public_url.rstrip("/") or authentication.origin_of(request)
        flow = new_flow(now, origin + CALLBACK, way_back, person_key=person_key)
        key = await site.read(lambda store: store.tokens.secret())
        try:
            _check_extra()
            address = await self._provider.sign_in_address(flow, key, now, again=again)
        except ConfigError as error:
            return await sign_in.page_with_fault(site, request, str(error), way_back)
        response = RedirectResponse(address, status_code=303)
        response.set_cookie(
            _cookie_name(request),
            flow.cookie(key),
            max_age=int(FLOW_LIFE.total_seconds()),
            path="/",
            secure=authentication.is_secure(request),
            httponly=True,
            samesite="lax",  # the provider's answer is a link from another site
        )
        return response

    async def come_back(self, request: Request) -> Response:
        """A session for whom the answer proves, or a page that says why there is none."""
        site, now = self.site, self.site.clock()
        refused = limit_tries(self._desk.limits, None, sign_in.visitor_of(request), now)
        if refused is not None:
            return await sign_in.refused_page(site, request, refused, "")
        key = await site.read(lambda store: store.tokens.secret())
        flow = read_flow(request.cookies.get(_cookie_name(request), ""), key, now)
        if flow is None or not _is_state(request.query_params.get("state", ""), flow.state(key)):
            response = await sign_in.page_with_fault(site, request, _BEGIN_AGAIN, "")
            return _without_flow(request, response)
        try:
            claims = await self._provider.claims(_answer_of(request), flow, key, now)
            proved = proved_identity(claims, site.settings.oidc, now)
            response = await self._let_in(request, flow, proved)
        except ConfigError as error:
            response = await sign_in.page_with_fault(site, request, str(error), flow.way_back)
        return _without_flow(request, response)

    async def _let_in(self, request: Request, flow: SignInFlow, proved: ProvedIdentity) -> Response:
        """Raise ConfigError."""
        site, now = self.site, self.site.clock()
        if flow.person_key:
            await self._connect(request, flow, proved)
            text = f"{proved.identity.issuer} signs you in from now on."
            return see_other(account.PATH, Flash(text=text))
        use = partial(
            identity_sign_in.sign_in_by_identity,
            proved=proved,
            rules=site.settings.sign_in,
            visitor=sign_in.visitor_of(request),
            now=now,
            cookie=authentication.session_secret(request),
        )
        return sign_in.signed_in_answer(request, await site.write(use), flow.way_back)

    async def _connect(self, request: Request, flow: SignInFlow, proved: ProvedIdentity) -> None:
        """Raise ConfigError when somebody else is signed in now."""
        caller = await authentication.find_caller(self.site, request)
        if caller is None or caller.person_key != flow.person_key:
            raise ConfigError("You are not signed in any more: sign in and connect it again.")
        now = self.site.clock()

        def connect(store: Store) -> None:
            person = people.find_person(store, caller.name)
            identity_sign_in.connect_identity(store, person, proved.identity, now)

        await self.site.write(connect)


def _check_extra() -> None:
    """Raise ConfigError where the library is missing."""
    if fault := oidc_fault():
        raise ConfigError(fault)


def _is_state(state: str, expected: str) -> bool:
    return hmac.compare_digest(state.encode(errors="replace"), expected.encode())


def _answer_of(request: Request) -> ProviderAnswer:
    query = request.query_params
    return ProviderAnswer(
        code=query.get("code", ""),
        state=query.get("state", ""),
        issuer=query.get("iss", ""),
        error=query.get("error", ""),
        error_description=query.get("error_description", ""),
    )


def _without_flow(request: Request, response: Response) -> Response:
    """The answer, after which the browser forgets the flow: its state is good once."""
    secure = authentication.is_secure(request)
    response.delete_cookie(
        _cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax"
    )
    return response


def _cookie_name(request: Request) -> str:
    return _SECURE_COOKIE if authentication.is_secure(request) else _LOOPBACK_COOKIE
