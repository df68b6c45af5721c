"""A person who is signed in to the console of a real site, with some articles in its store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access import people
from monitor.actions.access.people import NewPerson
from tests.web.conftest import Answer, Visitor

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True}


@dataclass
class Member:
    """A browser of somebody who is signed in; it follows no redirect."""

    visitor: Visitor
    cookie: str

    async def get(self, path: str, **options: Any) -> Answer:
        return await self._request("GET", path, **options)

    async def post(self, path: str, data: object = None, **options: Any) -> Answer:
        return await self._request("POST", path, data=data or {}, **options)

    async def head(self, path: str) -> Answer:
        return await self._request("HEAD", path)

    async def _request(self, method: str, path: str, **options: Any) -> Answer:
        headers = {"cookie": self.cookie, **SAME_ORIGIN, **options.pop("headers", {})}
        return await self.visitor.request(method, path, headers=headers, **options)


async def sign_in(visitor: Visitor, name: str, role: PersonRole) -> Member:
    """Add a person, open their link, and keep the cookie."""
    now = visitor.clock()
    request = NewPerson(name=name, role=role)
    invited = people.add_person(visitor.store, request, local_caller("test", now), "", now)
    answer = await visitor.post(invited.link, headers=SAME_ORIGIN)
    assert answer.status == 303, answer.text
    return Member(visitor, answer.headers["set-cookie"].partition(";")[0])


@pytest.fixture
async def admin(visitor: Visitor) -> Member:
    return await sign_in(visitor, "Ada", PersonRole.ADMIN)


@pytest.fixture
async def operator(visitor: Visitor) -> Member:
    return await sign_in(visitor, "Otto", PersonRole.OPERATOR)


@pytest.fixture
async def analyst(visitor: Visitor) -> Member:
    return await sign_in(visitor, "Mina", PersonRole.ANALYST)


@pytest.fixture
async def viewer(visitor: Visitor) -> Member:
    return await sign_in(visitor, "Vera", PersonRole.VIEWER)
