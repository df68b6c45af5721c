"""Every route of the console, asked by everybody: nobody, each role, each scope, over, foreign.

The table of permissions says who gets through; a new route is tested without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI

from monitor.access.accounts import AccessToken, Person, SignInMethod
from monitor.access.caller import local_caller
from monitor.access.permissions import PERMISSIONS, Act, is_allowed
from monitor.access.roles import PersonRole, Scope
from monitor.access.secret_text import digest, new_token
from monitor.actions.access import people
from monitor.actions.access.people import NewPerson, person_key
from monitor.actions.access.sessions import Visitor as Origin
from monitor.actions.access.sessions import new_session
from monitor.actions.access.sign_in import store_session
from monitor.actions.reading.explanations import ExplainerCache
from monitor.store.store import Store
from monitor.web.application import add_console
from monitor.web.route_acts import acts_of_routes
from monitor.web.site.site_health import SiteHealth
from tests.fakes import NOW
from tests.store.access.builders import ENTRY
from tests.web.conftest import Answer, Visitor

COOKIE = "watchpost-session"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
SIGN_IN = "/console/sign-in"
DAY = timedelta(days=1)
# What a part of an address may be: a key that nothing has, a secret that nobody made.
PARTS = {"secret": "A" * 43}


@dataclass(frozen=True)
class Route:
    """One address of the console with its method and its act."""

    method: str
    path: str  # with parts filled in
    act: Act | None  # None: it is open to everybody

    @property
    def takes_sessions(self) -> bool:
        """Whether a signed-in person may ask; in the API a session only reads."""
        return self.method == "GET" or not self.path.startswith("/api/")


def routes(visitor: Visitor) -> list[Route]:
    """Every route below /console and /api."""
    app = FastAPI()
    add_console(app, visitor.site, SiteHealth(visitor.site), ExplainerCache(visitor.site.settings))
    collected = []
    for name, act in acts_of_routes(app).items():
        method, _, template = name.partition(" ")
        path = re.sub(r"\{(\w+)[^}]*\}", lambda part: PARTS.get(part[1], "f" * 32), template)
        collected.append(Route(method, path, act))
    return collected


def guarded(visitor: Visitor) -> list[tuple[Route, Act]]:
    """The routes that not everybody may ask for."""
    return [(route, route.act) for route in routes(visitor) if route.act is not None]


async def ask(visitor: Visitor, route: Route, headers: Mapping[str, str]) -> Answer:
    """The status and headers; the body is not read, because a stream of events lasts a minute."""
    pending = visitor.session.request(
        route.method,
        visitor.base + route.path,
        headers={**SAME_ORIGIN, **headers},
        allow_redirects=False,
    )
    async with pending as response:
        return Answer(response.status, response.headers, b"")


def is_shut(answer: Answer) -> bool:
    """Whether the answer is that of somebody who is not let through."""
    location = answer.headers.get("location", "")
    is_sent_away = answer.status == 303 and location.startswith(f"{SIGN_IN}?next=")
    return answer.status in (401, 403) or is_sent_away


def a_person(store: Store, name: str, role: PersonRole) -> Person:
    person = store.people.by_key(person_key(name))
    if person is None:
        request = NewPerson(name=name, role=role)
        person = people.add_person(store, request, local_caller("test", NOW), "", NOW).person
    return person


def cookie_of(store: Store, person: Person) -> dict[str, str]:
    """The header of a browser that the person signed in with just now."""
    signed_in = new_session(person, SignInMethod.LINK, Origin(address="127.0.0.1"), NOW)
    store_session(store, signed_in, "", NOW)
    return {"cookie": f"{COOKIE}={signed_in.cookie}"}


def bearer_of(store: Store, role: PersonRole, scopes: frozenset[Scope], **changes: object):
    """The header of a program with a new token."""
    secret = new_token()
    fields = {"created_at": NOW, "until": NOW + 90 * DAY, "person_key": "", **changes}
    token = AccessToken(key=digest(secret), name=secret[:20], role=role, scopes=scopes, **fields)
    assert store.access_tokens.add(token, ENTRY)
    return {"authorization": f"Bearer {secret}"}


async def test_there_are_routes_and_few_are_open(visitor: Visitor):
    everything = routes(visitor)
    assert len(everything) > 8
    open_paths = {route.path for route in everything if route.act is None}
    open_beginnings = (SIGN_IN, "/console/static/", "/api/v1/problems/")
    assert all(path.startswith(open_beginnings) for path in open_paths)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": f"{COOKIE}={'A' * 43}"},
        {"cookie": f'{COOKIE}="; x==;;'},
        {"cookie": f"__Host-{COOKIE}={'A' * 43}"},
        {"authorization": "Bearer wpt_" + "A" * 48},
        {"authorization": "Basic cm9vdDpyb290"},
    ],
    ids=["nothing", "forged cookie", "broken cookie", "https cookie", "forged token", "basic"],
)
async def test_nobody_gets_through(visitor: Visitor, headers):
    for route, _ in guarded(visitor):
        answer = await ask(visitor, route, headers)
        assert is_shut(answer), (route, answer.status)


@pytest.mark.parametrize("role", PersonRole)
async def test_a_person_gets_through_as_the_table_says(visitor: Visitor, role):
    for route, act in guarded(visitor):
        person = a_person(visitor.store, f"somebody {role}", role)
        answer = await ask(visitor, route, cookie_of(visitor.store, person))
        allowed = route.takes_sessions and is_allowed(act, role=role, scopes=None)
        assert is_shut(answer) is not allowed, (route, answer.status)
        if is_shut(answer):
            assert answer.status == (403 if route.takes_sessions else 401), route
        assert answer.status < 500, (route, answer.status)


@pytest.mark.parametrize("scope", Scope)
async def test_a_token_gets_through_with_the_scope_of_the_act_only(visitor: Visitor, scope):
    scopes = frozenset({scope})
    headers = bearer_of(visitor.store, PersonRole.ADMIN, scopes)
    for route, act in guarded(visitor):
        answer = await ask(visitor, route, headers)
        allowed = is_allowed(act, role=PersonRole.ADMIN, scopes=scopes)
        assert is_shut(answer) is not allowed, (route, answer.status)
        assert answer.status < 500, (route, answer.status)


@pytest.mark.parametrize("role", [PersonRole.VIEWER, PersonRole.ANALYST, PersonRole.OPERATOR])
async def test_all_scopes_do_not_lift_a_token_above_its_role(visitor: Visitor, role):
    headers = bearer_of(visitor.store, role, frozenset(Scope))
    for route, act in guarded(visitor):
        answer = await ask(visitor, route, headers)
        allowed = is_allowed(act, role=role, scopes=frozenset(Scope))
        assert is_shut(answer) is not allowed, (route, answer.status)


async def test_what_is_over_opens_nothing(visitor: Visitor):
    store = visitor.store
    idle = cookie_of(store, a_person(store, "ann", PersonRole.ADMIN))
    gone = a_person(store, "bo", PersonRole.ADMIN)
    of_gone = cookie_of(store, gone)
    token_of_gone = bearer_of(store, PersonRole.ADMIN, frozenset(Scope), person_key=gone.key)
    expired = bearer_of(store, PersonRole.ADMIN, frozenset(Scope), until=NOW + DAY)
    people.remove_person(store, "bo", local_caller("test", NOW), NOW)
    visitor.clock.later(14 * DAY)
    for route, _ in guarded(visitor):
        for headers in (idle, of_gone, token_of_gone, expired):
            answer = await ask(visitor, route, headers)
            assert is_shut(answer), (route, answer.status)
            assert answer.status != 403, route  # nobody is signed in: not "not allowed"


async def test_a_dangerous_act_needs_a_recent_sign_in(visitor: Visitor):
    headers = cookie_of(visitor.store, a_person(visitor.store, "ann", PersonRole.ADMIN))
    visitor.clock.later(timedelta(minutes=15))
    for route, act in guarded(visitor):
        if PERMISSIONS[act].needs_recent_sign_in:
            answer = await ask(visitor, route, headers)
            assert is_shut(answer), (route, answer.status)
    people_of = {person.name for person in visitor.store.people.list()}
    assert people_of == {"ann"}


async def test_a_foreign_host_is_refused_on_every_route(visitor: Visitor):
    headers = cookie_of(visitor.store, a_person(visitor.store, "ann", PersonRole.ADMIN))
    for route in routes(visitor):
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost@evil.example"):
            answer = await ask(visitor, route, {**headers, "host": host})
            assert answer.status == 421, (route, host)


@pytest.mark.parametrize(
    "origin",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
    ids=["cross-site", "same-site", "typed", "foreign origin", "null origin", "no origin"],
)
async def test_a_form_of_another_site_changes_nothing(visitor: Visitor, origin):
    headers = cookie_of(visitor.store, a_person(visitor.store, "ann", PersonRole.ADMIN))
    unsafe = [route for route in routes(visitor) if route.method not in ("GET", "HEAD")]
    assert unsafe
    for route in unsafe:
        answer = await visitor.request(route.method, route.path, headers={**headers, **origin})
        assert answer.status == (403 if route.takes_sessions else 401), route
    assert len(visitor.store.sessions.list(NOW)) == 1  # sign-out was not reached
