"""Accounts: who asks, people, their sessions, access tokens, and the audit log."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from monitor.access.permissions import Act, is_allowed
from monitor.access.roles import PersonRole, ordered_scopes
from monitor.actions.access import access_tokens, audit_log, people, sessions
from monitor.actions.access.people import InvitedPerson, NewPerson
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, LimitQuery, NoBody, NoQuery, Whole
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call, Trait
from monitor.web.api.conventions.paging import page_answer, whole_list
from monitor.web.api.shapes import account_shapes as shapes

api = ApiRouter()

_LONGEST_NUMBER = 10**15


@api.get("/me", Act.READ_OWN_ACCOUNT, NoQuery, shapes.MeShape)
async def read_me(call: Call[NoQuery, NoBody]) -> Answer:
    """Who asks, and what they may do."""
    caller = call.caller
    scopes = caller.scopes
    return Answer(
        content={
            "name": caller.name,
            "role": caller.role,
            "door": caller.door,
            "scopes": None if scopes is None else list(ordered_scopes(scopes)),
            "acts": [act for act in Act if is_allowed(act, role=caller.role, scopes=scopes)],
        }
    )


@api.get("/people", Act.READ_PEOPLE, NoQuery, shapes.PersonListShape)
async def list_people(call: Call[NoQuery, NoBody]) -> Answer:
    """Everybody who may sign in, by name."""
    listed = await call.read(lambda store: people.list_people(store, call.now))
    return whole_list([person.as_json() for person in listed])


class PersonBody(ApiModel):
    """Somebody to add."""

    name: str = Field(min_length=1, max_length=200)
    role: PersonRole
    reason: str = Field("", max_length=1_000, description="Why; the audit log shows it.")


@api.create("/people", Act.CHANGE_PEOPLE, PersonBody, shapes.InvitedPersonShape, Trait.SHOWN_ONCE)
async def add_person(call: Call[NoQuery, PersonBody]) -> Answer:
    """Add a person and make a link that signs them in, once and within 15 minutes."""
    person = NewPerson(name=call.body.name, role=call.body.role, reason=call.body.reason)
    site = _address(call)
    invited = await call.write(
        lambda store: people.add_person(store, person, call.caller, site, call.now)
    )
    return Answer(content=invited.as_json(), status=201)


@api.post(
    "/people/{key}/link",
    Act.CHANGE_PEOPLE,
    NoBody,
    shapes.InvitedPersonShape,
    Trait.SHOWN_ONCE,
)
async def invite_person(call: Call[NoQuery, NoBody]) -> Answer:
    """Make a new link for the person of this name; an older one ends."""
    site = _address(call)

    def invite(store: Store) -> InvitedPerson:
        person = found(lambda: people.find_person(store, call.key))
        return people.invite_person(store, person, call.caller, site, call.now)

    return Answer(content=(await call.write(invite)).as_json())


class RoleBody(ApiModel):
    """What a person may do from now on."""

    role: PersonRole
    reason: str = Field("", max_length=1_000, description="Why; the audit log shows it.")


@api.patch("/people/{key}", Act.CHANGE_PEOPLE, RoleBody, shapes.RoleChangeShape)
async def change_role(call: Call[NoQuery, RoleBody]) -> Answer:
    """Give the person of this name another role; it counts from their next request on."""
    body = call.body

    def change(store: Store) -> people.RoleChange:
        person = found(lambda: people.find_person(store, call.key))
        request = NewPerson(name=person.name, role=body.role, reason=body.reason)
        return people.change_role(store, request, call.caller, call.now)

    return Answer(content=(await call.write(change)).as_json())


@api.delete("/people/{key}", Act.CHANGE_PEOPLE, NoQuery)
async def remove_person(call: Call[NoQuery, NoBody]) -> Answer:
    """Remove the person of this name; their sessions, links, passkeys and tokens end at once."""

    def remove(store: Store) -> None:
        person = found(lambda: people.find_person(store, call.key))
        people.remove_person(store, person.name, call.caller, call.now)

    await call.write(remove)
    return Answer(status=204)


@api.get("/sessions", Act.READ_PEOPLE, NoQuery, shapes.SessionListShape)
async def list_sessions(call: Call[NoQuery, NoBody]) -> Answer:
    """Browsers that are signed in, the last used first."""
    listed = await call.read(lambda store: sessions.list_sessions(store, call.caller, call.now))
    return whole_list([session.as_json() for session in listed])


@api.delete("/sessions/{key}", Act.CHANGE_PEOPLE, NoQuery)
async def end_session(call: Call[NoQuery, NoBody]) -> Answer:
    """End a session, which is named by the 12 digits that the list shows."""
    await call.write(
        lambda store: found(lambda: sessions.end_session(store, call.key, call.caller, call.now))
    )
    return Answer(status=204)


@api.get("/tokens", Act.READ_PEOPLE, NoQuery, shapes.TokenListShape)
async def list_tokens(call: Call[NoQuery, NoBody]) -> Answer:
    """Access tokens by name, those that are over too; secrets never."""
    listed = await call.read(lambda store: access_tokens.list_tokens(store, call.now))
    return whole_list([token.as_json() for token in listed])


@api.delete("/tokens/{key}", Act.CHANGE_ALL_TOKENS, NoQuery)
async def remove_token(call: Call[NoQuery, NoBody]) -> Answer:
    """Remove the access token of this name, which ends it at once."""
    await call.write(
        lambda store: found(
            lambda: access_tokens.remove_token(store, call.key, call.caller, call.now)
        )
    )
    return Answer(status=204)


class AuditQuery(LimitQuery):
    """Which entries of the audit log."""

    after: Whole = Field(
        0, ge=0, le=_LONGEST_NUMBER, description="The cursor `next` of the page before."
    )
    caller: str = Field("", max_length=300, description="Only what this person or token did.")
    act: str = Field("", max_length=64, description="Only this act, such as `add feed`.")
    target: str = Field("", max_length=300, description="Only what was done to this thing.")


@api.get("/audit", Act.READ_AUDIT_LOG, AuditQuery, shapes.AuditPageShape)
async def list_audit_entries(call: Call[AuditQuery, NoBody]) -> Answer:
    """Who changed what, when, from where and why; the newest entry first."""
    query = call.query
    entry_filter = AuditFilter(
        before=query.after or None, caller=query.caller, act=query.act, target=query.target
    )
    page = await call.read(
        lambda store: audit_log.list_entries(store, entry_filter, limit=query.limit)
    )
    items = [audit_log.entry_as_json(entry) for entry in page.entries]
    return page_answer(call.request, items, None if page.next is None else str(page.next))


def _address(call: Call[Any, Any]) -> str:
    """ "https://watch.example.org", as the program knows the site."""
    return str(call.request.base_url).rstrip("/")
