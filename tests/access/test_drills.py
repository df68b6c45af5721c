"""Drills: a lost device, a lost admin, a stolen token, each mended by one command.

The commands run beside the service, as in life: what they end is refused at the next request.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.access.roles import PersonRole, Scope
from tests.access.test_every_route import a_person, bearer_of, cookie_of, is_shut
from tests.cli.conftest import Terminal, terminal
from tests.fakes import NOW
from tests.store.access.builders import ENTRY, a_passkey
from tests.web.conftest import Visitor

__all__ = ["terminal"]


@pytest.fixture
def command(terminal: Terminal, sqlite_url: str) -> Terminal:
    """The command line on the database of the running site."""
    Path("monitor.toml").write_text(
        f'[database]\nurl = "{sqlite_url}"\n[web]\nconsole = true\nlisten = "127.0.0.1:8080"\n'
    )
    return terminal


async def status(visitor: Visitor, headers: dict[str, str]) -> int:
    return (await visitor.get("/console/", headers=headers)).status


async def test_a_lost_passkey_and_the_session_beside_it_end_by_one_reset(
    visitor: Visitor, command: Terminal
):
    ann = a_person(visitor.store, "ann", PersonRole.ANALYST)
    visitor.store.passkeys.add(a_passkey(person_key=ann.key), ENTRY)
    headers = cookie_of(visitor.store, ann)
    assert await status(visitor, headers) == 200
    result = command("people", "link", "ann", "--reset", "--reason", "laptop lost", "--json")
    path = result.json()["link"].partition(":8080")[2]
    assert await status(visitor, headers) == 303
    assert visitor.store.passkeys.list(ann.key) == []
    (entry, *_) = command("audit", "list", "--target", "ann", "--json").json()["entries"]
    assert entry["act"] == "make sign-in link"
    assert path.startswith("/console/sign-in/link/")


async def test_a_lost_admin_is_replaced_and_shut_out_without_the_console(
    visitor: Visitor, command: Terminal
):
    boss = cookie_of(visitor.store, a_person(visitor.store, "boss", PersonRole.ADMIN))
    token = bearer_of(
        visitor.store,
        PersonRole.ADMIN,
        frozenset(Scope),
        person_key=a_person(visitor.store, "boss", PersonRole.ADMIN).key,
    )
    assert command("people", "add", "new", "--role", "admin").code == 0
    assert command("people", "remove", "boss").code == 0
    assert await status(visitor, boss) == 303
    assert is_shut(await visitor.get("/console/", headers=token))
    assert [person.name for person in visitor.store.people.list()] == ["new"]


async def test_a_stolen_token_is_refused_after_one_removal(visitor: Visitor, command: Terminal):
    token = command("tokens", "add", "ci", "--role", "viewer", "--json").json()
    # the clock of the site stands in the past: the token is valid there as well
    headers = {"authorization": f"Bearer {token['token']}"}
    assert await status(visitor, headers) == 200
    assert command("tokens", "remove", "ci", "--reason", "published by mistake").code == 0
    assert is_shut(await visitor.get("/console/", headers=headers))
    assert visitor.store.access_tokens.list() == []


async def test_a_link_of_a_command_opens_the_console_once(visitor: Visitor, command: Terminal):
    link = command("console", "--json").json()["link"]
    path = "/console/sign-in/link/" + link.rpartition("/")[2]
    visitor.clock.at = visitor.store.people.list()[0].created_at
    same_origin = {"sec-fetch-site": "same-origin"}
    first = await visitor.post(path, headers=same_origin)
    assert first.status == 303
    cookie = {"cookie": first.headers["set-cookie"].partition(";")[0]}
    assert await status(visitor, cookie) == 200
    second = await visitor.post(path, headers=same_origin)
    assert second.status == 410
    assert "set-cookie" not in second.headers
    assert visitor.clock.at > NOW
