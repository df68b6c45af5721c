"""Passkey forms: sign in by a passkey, add one to one's account, remove one."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.access import passkeys, people
from monitor.actions.access.passkeys import PasskeyAnswer
from monitor.actions.access.sign_in import SignInDesk, SignInRefused
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from monitor.web.console import account, sign_in
from monitor.web.console.frame import authentication
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, see_other
from monitor.web.site.context import SiteContext

_SIGN_IN = "/console/sign-in/passkey"
_ACCOUNT = account.PATH + "/passkeys"
_NO_ANSWER = (
    "The browser gave no passkey.  It needs JavaScript and a recent browser; otherwise sign in by a"
    " password."
)
_REFUSALS = {
    "NotAllowedError": "The passkey was not used: it was cancelled, or the time was over.",
    "InvalidStateError": "This device has a passkey for you already.",
    "SecurityError": "The browser does not allow passkeys at this address.",
}


def routes(site: SiteContext) -> APIRouter:
    """Options as JSON for the browser's script, and the forms that it fills in."""
    place = PlaceRouter(site)
    _add_sign_in(place, site)
    _add_registration(place, site)
    _add_removal(place, site)
    return place.router


def _add_sign_in(place: PlaceRouter, site: SiteContext) -> None:
    desk = SignInDesk(store=site.writing.store, run_in_store=site.writing.run)

    @place.open_get(_SIGN_IN)
    async def options(request: Request) -> Response:
        ask = partial(
            passkeys.sign_in_options, origin=authentication.origin_of(request), now=site.clock()
        )
        return _json(await site.write(ask))

    @place.open_post(_SIGN_IN)
    async def by_passkey(request: Request) -> Response:
        form = await read_form(request)
        way_back = own_address(form.text("next"))
        if not authentication.can_keep_session(request):
            return await sign_in.page_with_fault(site, request, sign_in.NO_HTTPS, way_back)
        answer = PasskeyAnswer(
            credential=form.text("credential"),
            origin=authentication.origin_of(request),
            cookie=authentication.session_secret(request),
        )
        try:
            _check_answer(form)
            visitor = sign_in.visitor_of(request)
            result = await passkeys.sign_in_by_passkey(desk, answer, visitor, site.clock())
        except ConfigError as error:
            return await sign_in.page_with_fault(site, request, str(error), way_back)
        if isinstance(result, SignInRefused):
            return await sign_in.refused_page(site, request, result, way_back)
        return sign_in.signed_in_answer(request, result, way_back)


def _add_registration(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(_ACCOUNT + "/options", Act.CHANGE_OWN_SIGN_IN)
    async def options(request: Request) -> Response:
        caller, origin, now = caller_of(request), authentication.origin_of(request), site.clock()

        def ask(store: Store) -> str:
            person = people.find_person(store, caller.name)
            return passkeys.registration_options(store, person, origin, now)

        return _json(await site.write(ask))

    @place.post(_ACCOUNT, Act.CHANGE_OWN_SIGN_IN)
    async def add(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        answer = PasskeyAnswer(
            credential=form.text("credential"),
            origin=authentication.origin_of(request),
            name=form.text("name"),
        )

        def add_passkey(store: Store) -> str:
            person = people.find_person(store, caller.name)
            return passkeys.add_passkey(store, person, answer, caller, now).name

        try:
            _check_answer(form)
            name = await site.write(add_passkey)
        except ConfigError as error:
            return see_other(account.PATH, Flash(text=str(error), is_fault=True))
        return see_other(account.PATH, Flash(text=f"The passkey {name} signs you in from now on."))


def _add_removal(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(_ACCOUNT + "/remove", Act.CHANGE_OWN_SIGN_IN)
    async def remove(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        key = form.text("passkey")

        def remove_passkey(store: Store) -> str:
            person = people.find_person(store, caller.name)
            return passkeys.remove_passkey(store, person, key, caller, now).name

        try:
            name = await site.write(remove_passkey)
        except ConfigError as error:
            return see_other(account.PATH, Flash(text=str(error), is_fault=True))
        return see_other(account.PATH, Flash(text=f"The passkey {name} is removed."))


def _check_answer(form: Form) -> None:
    """Raise ConfigError, with what the person can do, where the browser gave no credential."""
    if form.text("credential"):
        return
    refused = form.text("refused")[:60]
    other = f"The browser refused the passkey ({refused})." if refused else _NO_ANSWER
    raise ConfigError(_REFUSALS.get(refused, other))


def _json(text: str) -> Response:
    return Response(text, media_type="application/json", headers={"cache-control": "no-store"})
