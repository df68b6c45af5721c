"""Tests of what holds for every address: who is asked for, methods, HEAD, entity tags."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.roles import PersonRole
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor
from tests.web.console.conftest import sign_in


async def test_nobody_gets_a_problem_that_says_how_to_sign_in(visitor: Visitor) -> None:
    answer = await Program(visitor).get("/articles")
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/api/v1/problems/sign-in"


async def test_what_the_role_does_not_allow_is_refused_with_the_role(reader: Program) -> None:
    answer = await reader.get("/people")
    assert answer.status == 403
    assert "one must be admin" in answer.json()["detail"]


async def test_a_session_of_the_console_reads_and_changes_nothing(visitor: Visitor) -> None:
    member = await sign_in(visitor, "Ada", PersonRole.ADMIN)
    headers = {"cookie": member.cookie, "sec-fetch-site": "same-origin"}
    session = Program(visitor, headers)
    me = await session.get("/me")
    assert me.json()["door"] == "console"
    answer = await session.post("/people", {"name": "Bo", "role": "admin"})
    assert answer.status == 401
    assert [person.name for person in visitor.store.people.list()] == ["Ada"]


async def test_a_wrong_method_is_answered_with_every_right_one(admin: Program) -> None:
    answer = await admin.ask("PUT", "/people")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_head_is_answered_as_get_without_its_body(articles: Visitor, reader: Program) -> None:
    plain = {"accept-encoding": "identity"}
    whole = await reader.get("/articles", headers=plain)
    head = await reader.ask("HEAD", "/articles", headers=plain)
    assert head.status == 200
    assert head.body == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.body))


async def test_what_did_not_change_is_not_sent_again(articles: Visitor, reader: Program) -> None:
    first = await reader.get("/articles/aaaaaa")
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    again = await reader.get("/articles/aaaaaa", headers={"if-none-match": f'"other", {tag}'})
    assert again.status == 304
    assert again.headers["etag"] == tag
    assert again.body == b""
    listed = await reader.get("/articles")
    assert listed.headers["etag"].startswith("W/")
    assert "no-cache" in listed.headers["cache-control"]


async def test_an_address_that_is_none_is_a_problem(reader: Program) -> None:
    answer = await reader.get("/artikles")
    assert answer.status == 404
    assert answer.json()["type"] == "/api/v1/problems/not-found"


@pytest.mark.parametrize(
    "key", ["%00%00%00%00%00%00", "a%2Fb%2Fc%2Fd", "ⓐⓑⓒⓓⓔⓕ", "%F0%9F%92%A9" * 9]
)
async def test_a_key_that_nothing_can_have_is_not_found(
    articles: Visitor, reader: Program, key: str
) -> None:
    assert (await reader.get(f"/articles/{key}")).status == 404


async def test_the_use_of_a_token_is_recorded(visitor: Visitor) -> None:
    asking = program(visitor, PersonRole.VIEWER, name="dashboard")
    visitor.clock.later(timedelta(hours=1))
    await asking.get("/me")
    stored = visitor.store.access_tokens.find("dashboard")
    assert stored is not None
    assert stored.used_at == visitor.clock()
