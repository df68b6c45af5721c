"""Account: one's own password, sessions and access tokens, time zone and keys."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act, scopes_of_role
from monitor.actions.access import access_tokens, passkeys, passwords, people, sessions
from monitor.actions.access.access_tokens import NewAccessToken
from monitor.actions.access.preferences import Preferences, set_preferences
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from monitor.web.console.frame import authentication, key_choice
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.site.context import SiteContext

PATH = "/console/account"


def routes(site: SiteContext) -> APIRouter:
    """The page, and a form for each thing that one may change about oneself."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_OWN_ACCOUNT)
    async def page(request: Request, welcome: str = "") -> Response:
        parts = await site.read(lambda store: _parts(site, store, request))
        return render(site, request, "account", {**parts, "is_welcome": bool(welcome)})

    _add_password_form(place, site)
    _add_session_forms(place, site)
    _add_token_forms(place, site)
    _add_preferences(place, site)
    return place.router


def _parts(site: SiteContext, store: Store, request: Request) -> Parts:
    caller, now = caller_of(request), site.clock()
    person = store.people.by_key(caller.person_key)
    return {
        "has_password": bool(person and person.password_hash),
        "passkeys": passkeys.list_passkeys(store, caller.person_key),
        "provider": site.settings.oidc.issuer,
        "identities": store.identities.list(caller.person_key),
        "passkey_fault": passkeys.passkey_fault(authentication.origin_of(request)),
        "sessions": sessions.list_sessions(store, caller, now, person_key=caller.person_key),
        "tokens": access_tokens.list_tokens(store, now, person_key=caller.person_key),
        "scopes": sorted(scopes_of_role(caller.role)),
        "zone": caller.time_zone,
        "zone_names": sorted(available_timezones()),
        "keys": key_choice.chosen_keys(request),
        "made": None,
    }


def _add_password_form(place: PlaceRouter, site: SiteContext) -> None:
    threads = passwords.PasswordThreads()

    @place.post(PATH + "/password", Act.CHANGE_OWN_SIGN_IN)
    async def password(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        new = form.exact("password")
        person = await site.read(lambda store: people.find_person(store, caller.name))
        try:
            if new != form.exact("repeated"):
                raise ConfigError("The two passwords differ: type the same one twice.")
            passwords.check_password(new, person)
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        password_hash = await threads.hash_password(new)
        now = site.clock()
        await site.write(
            lambda store: passwords.set_password(store, person, password_hash, caller, now)
        )
        return see_other(PATH, Flash(text="The password is set; your other sessions ended."))


def _add_session_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/sessions/end", Act.END_OWN_SESSIONS)
    async def end(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        now, reference = site.clock(), form.text("session")
        try:
            await site.write(lambda store: sessions.end_session(store, reference, caller, now))
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        return see_other(PATH, Flash(text="That session has ended."))

    @place.post(PATH + "/sessions/end-others", Act.END_OWN_SESSIONS)
    async def end_others(request: Request) -> Response:
        caller, now = caller_of(request), site.clock()

        def end_all(store: Store) -> int:
            person = people.find_person(store, caller.name)
            return sessions.end_sessions(store, person, caller, now)

        ended = await site.write(end_all)
        noun = "session has" if ended == 1 else "sessions have"
        return see_other(PATH, Flash(text=f"{ended} other {noun} ended."))


def _add_token_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/tokens", Act.CHANGE_OWN_TOKENS)
    async def make(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        now = site.clock()

        def make_token(store: Store) -> access_tokens.MadeAccessToken:
            new_token = NewAccessToken(
                name=form.text("name"),
                role=caller.role,
                scopes=form.texts("scope"),
                owner=people.find_person(store, caller.name),
                life=timedelta(days=_days(form)),
            )
            return access_tokens.make_token(store, new_token, caller, now)

        try:
            token = await site.write(make_token)
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        # the secret is shown in this answer alone: it is neither stored nor put into an address
        parts = await site.read(lambda store: _parts(site, store, request))
        return render(site, request, "account", {**parts, "is_welcome": False, "made": token})

    @place.post(PATH + "/tokens/remove", Act.CHANGE_OWN_TOKENS)
    async def remove(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        take_away = partial(
            access_tokens.remove_token,
            name=form.text("token"),
            caller=caller,
            now=site.clock(),
        )
        try:
            await site.write(take_away)
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        return see_other(PATH, Flash(text="The token is removed; programs with it get 401 now."))


def _days(form: Form) -> int:
    text = form.text("days")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _add_preferences(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH + "/preferences", Act.CHANGE_PREFERENCES)
    async def preferences(request: Request) -> Response:
        form, caller = await read_form(request), caller_of(request)
        is_off = form.text("keys-off") == "yes"
        try:
            choice = Preferences(
                time_zone=form.text("zone"),
                key_choice=key_choice.parse_choice(form.text("keys"), is_off=is_off),
            )
            await site.write(lambda store: set_preferences(store, caller, choice))
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        return see_other(PATH, Flash(text="Saved for all your browsers."))
