"""Sign-in and sign-out: by a one-time link, or by name and password."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.actions.access import sessions, sign_in
from monitor.actions.access.passkeys import passkey_fault
from monitor.actions.access.people import SIGN_IN_PATH
from monitor.actions.access.sessions import SignedIn, Visitor
from monitor.actions.access.sign_in import PasswordTry, SignInDesk, SignInRefused
from monitor.web.console.frame import authentication
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import own_address, render, see_other
from monitor.web.site.context import SiteContext

_PAGE = "/console/sign-in"
NO_HTTPS = (
    "The console can't keep you signed in over plain http.  Ask for it over https (a reverse proxy"
    " in front of it can do that), or on the machine itself at http://localhost."
)


def routes(site: SiteContext) -> APIRouter:
    """The pages for everybody, and the sign-out."""
    place = PlaceRouter(site)
    _add_password_form(place, site)
    _add_link(place, site)

    @place.post("/console/sign-out", Act.END_OWN_SESSIONS)
    async def sign_out(request: Request) -> Response:
        caller = caller_of(request)
        await site.write(lambda store: sessions.sign_out(store, caller, site.clock()))
        response = see_other(_PAGE, Flash(text="You are signed out."))
        authentication.clear_session(request, response)
        return response

    return place.router


def _add_password_form(place: PlaceRouter, site: SiteContext) -> None:
    desk = SignInDesk(store=site.writing.store, run_in_store=site.writing.run)

    @place.open_get(_PAGE)
    async def form(request: Request, next: str = "", again: str = "") -> Response:
        return await _page(site, request, way_back=next, is_again=bool(again))

    @place.open_post(_PAGE)
    async def by_password(request: Request) -> Response:
        fields = await read_form(request)
        way_back = own_address(fields.text("next"))
        if not authentication.can_keep_session(request):
            return await page_with_fault(site, request, NO_HTTPS, way_back)
        attempt = PasswordTry(
            name=fields.text("name"),
            password=fields.exact("password"),
            cookie=authentication.session_secret(request),
        )
        answer = await sign_in.sign_in_by_password(desk, attempt, visitor_of(request), site.clock())
        if isinstance(answer, SignInRefused):
            return await refused_page(site, request, answer, way_back)
        return signed_in_answer(request, answer, way_back)


def _add_link(place: PlaceRouter, site: SiteContext) -> None:
    @place.open_get(SIGN_IN_PATH + "{secret}")
    async def link_page(request: Request, secret: str) -> Response:
        find = partial(sign_in.person_of_link, secret=secret, now=site.clock())
        person = await site.read(find)
        fault = "" if person else sign_in.LINK_OVER.sentence
        parts = {"name": person.name if person else "", "fault": fault}
        return render(site, request, "sign_in_link", parts, status=200 if person else 410)

    @place.open_post(SIGN_IN_PATH + "{secret}")
    async def by_link(request: Request, secret: str) -> Response:
        if not authentication.can_keep_session(request):
            parts = {"name": "", "fault": NO_HTTPS}
            return render(site, request, "sign_in_link", parts, status=400)
        use_link = partial(
            sign_in.sign_in_by_link,
            secret=secret,
            visitor=visitor_of(request),
            now=site.clock(),
            cookie=authentication.session_secret(request),
        )
        answer = await site.write(use_link)
        if isinstance(answer, SignInRefused):
            parts = {"name": "", "fault": answer.sentence}
            return render(site, request, "sign_in_link", parts, status=410)
        return signed_in_answer(request, answer, "/console/account?welcome=1")


def visitor_of(request: Request) -> Visitor:
    """Where the request came from, for the session and the audit log."""
    browser = request.headers.get("user-agent", "")
    return Visitor(address=authentication.address_of(request), browser=browser)


async def _page(
    site: SiteContext,
    request: Request,
    *,
    way_back: str,
    is_again: bool = False,
    fault: str = "",
    status: int = 200,
) -> Response:
    is_empty = await site.read(lambda store: store.people.is_empty())
    parts = {
        "way_back": own_address(way_back),
        "is_again": is_again,
        "fault": fault,
        "is_first_run": is_empty,
        "passkey_fault": passkey_fault(authentication.origin_of(request)),
        "provider": urlsplit(site.settings.oidc.issuer).hostname or "",
    }
    return render(site, request, "sign_in", parts, status=status)


async def page_with_fault(
    site: SiteContext, request: Request, fault: str, way_back: str
) -> Response:
    """The form again, with what is wrong."""
    return await _page(site, request, way_back=way_back, fault=fault, status=400)


async def refused_page(
    site: SiteContext, request: Request, answer: SignInRefused, way_back: str
) -> Response:
    """The form again: what was sent signs nobody in, or came too often."""
    if not answer.retry_after:
        return await _page(site, request, way_back=way_back, fault=answer.sentence, status=403)
    page = await _page(site, request, way_back=way_back, fault=answer.sentence, status=429)
    page.headers["retry-after"] = str(round(answer.retry_after.total_seconds()) or 1)
    return page


def signed_in_answer(request: Request, answer: SignedIn, address: str) -> Response:
    """To the page that was asked for, with the cookie of the new session."""
    response = see_other(address)
    authentication.set_session(request, response, answer.cookie)
    return response
