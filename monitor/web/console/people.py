"""People: who may sign in, their one-time links and roles, all access tokens, the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request, Response

from monitor.access.permissions import Act
from monitor.access.roles import PersonRole
from monitor.actions.access import access_tokens, audit_log
from monitor.actions.access import people as people_actions
from monitor.actions.access.audit_atom import audit_entries
from monitor.actions.access.audit_log import AuditPage
from monitor.actions.access.people import InvitedPerson, NewPerson
from monitor.domain.errors import ConfigError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from monitor.web.console import article_lists
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.site.context import SiteContext

PATH, AUDIT_PATH = "/console/people", "/console/audit"
_AUDIT_PAGE, _AUDIT_DOCUMENT = 50, 1_000

Result = TypeVar("Result")


def routes(site: SiteContext) -> APIRouter:
    """The page, the forms of an admin, and the audit log."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_PEOPLE)
    async def page(request: Request) -> Response:
        parts = await site.read(lambda store: _parts(site, store))
        return render(site, request, "people", parts)

    @place.get(PATH + ".json", Act.READ_PEOPLE)
    async def people_json(request: Request) -> Response:
        listed = await site.read(lambda store: people_actions.list_people(store, site.clock()))
        return article_lists.json_response({"items": [person.as_json() for person in listed]})

    @place.get(PATH + ".csv", Act.READ_PEOPLE)
    async def people_csv() -> Response:
        listed = await site.read(lambda store: people_actions.list_people(store, site.clock()))
        return article_lists.table_response(people_actions.people_csv(listed), "people")

    _add_forms(place, site)
    _add_audit_log(place, site)
    return place.router


def _add_audit_log(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(AUDIT_PATH, Act.READ_AUDIT_LOG)
    async def audit(request: Request, before: int = 0) -> Response:
        entries = await _entries(site, before, _AUDIT_PAGE)
        parts = {
            "page": entries,
            "next_address": f"{AUDIT_PATH}?before={entries.next}" if entries.next else "",
            "formats": article_lists.formats(AUDIT_PATH, {}),
        }
        return render(site, request, "audit", parts)

    @place.get(AUDIT_PATH + ".json", Act.READ_AUDIT_LOG)
    async def audit_json(before: int = 0) -> Response:
        return article_lists.json_response((await _entries(site, before, _AUDIT_PAGE)).as_json())

    @place.get(AUDIT_PATH + ".csv", Act.READ_AUDIT_LOG)
    async def audit_csv(before: int = 0) -> Response:
        entries = await _entries(site, before, _AUDIT_DOCUMENT)
        return article_lists.table_response(entries.as_csv(), "audit")

    @place.get(AUDIT_PATH + ".atom", Act.READ_AUDIT_LOG)
    async def audit_atom(request: Request) -> Response:
        address = str(request.url.replace(path=AUDIT_PATH, query=""))
        entries = audit_entries(await _entries(site, 0, _AUDIT_PAGE), address)
        return article_lists.entries_response(site, request, entries, "Audit log", "Changes")


async def _entries(site: SiteContext, before: int, limit: int) -> AuditPage:
    page_filter = AuditFilter(before=before or None)
    return await site.read(lambda store: audit_log.list_entries(store, page_filter, limit=limit))


def _parts(site: SiteContext, store: Store) -> Parts:
    return {
        "people": people_actions.list_people(store, site.clock()),
        "tokens": access_tokens.list_tokens(store, site.clock()),
        "roles": list(PersonRole),
        "formats": {"JSON": f"{PATH}.json", "CSV": f"{PATH}.csv"},
        "invited": None,
    }


def _add_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH, Act.CHANGE_PEOPLE)
    async def add(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        person = NewPerson(name=form.text("name"), role=_role(form), reason=form.text("reason"))
        return await _show_link(
            site,
            request,
            lambda store: people_actions.add_person(store, person, caller, _site_of(request), now),
        )

    @place.post(PATH + "/link", Act.CHANGE_PEOPLE)
    async def link(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()

        def invite(store: Store) -> InvitedPerson:
            person = people_actions.find_person(store, form.text("name"))
            return people_actions.invite_person(store, person, caller, _site_of(request), now)

        return await _show_link(site, request, invite)

    @place.post(PATH + "/role", Act.CHANGE_PEOPLE)
    async def role(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        person = NewPerson(name=form.text("name"), role=_role(form))
        done = f"{person.name} is {person.role} now."
        return await _changed(
            site, lambda store: people_actions.change_role(store, person, caller, now), done
        )

    @place.post(PATH + "/remove", Act.CHANGE_PEOPLE)
    async def remove(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()
        name = form.text("name")
        done = f"{name} is removed: sessions, links, passkeys and tokens ended."
        return await _changed(
            site, lambda store: people_actions.remove_person(store, name, caller, now), done
        )


async def _changed(site: SiteContext, command: Callable[[Store], object], done: str) -> Response:
    try:
        await site.write(command)
    except ConfigError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    return see_other(PATH, Flash(text=done))


async def _show_link(
    site: SiteContext, request: Request, command: Callable[[Store], InvitedPerson]
) -> Response:
    """The page with the new link, which is in this answer alone."""
    try:
        invited = await site.write(command)
    except ConfigError as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    parts = await site.read(lambda store: _parts(site, store))
    return render(site, request, "people", {**parts, "invited": invited})


def _role(form: Form) -> PersonRole:
    text = form.text("role")
    return PersonRole(text) if text in list(PersonRole) else PersonRole.VIEWER


def _site_of(request: Request) -> str:
    """ "https://watch.example.org", as the browser of the admin knows it."""
    return str(request.base_url).rstrip("/")
