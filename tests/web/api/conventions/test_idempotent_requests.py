"""Tests of idempotency keys: a request that is sent twice with one key is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import Caller, Door
from monitor.access.idempotency import keyed_request
from monitor.access.roles import PersonRole
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor

KEY = {"idempotency-key": "5c0b8f5e-2f6f-4f6e-9d0a-1f0e3a9d7c11"}
JUDGED = {"title": "Sappers leave for Kursk"}


async def test_a_repeated_request_gets_the_first_answer(reader: Program) -> None:
    first = await reader.post("/judge", JUDGED, headers=KEY)
    again = await reader.post("/judge", JUDGED, headers=KEY)
    assert again.status == first.status == 200
    assert again.body == first.body
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_a_key_stands_for_one_request_of_one_caller(
    visitor: Visitor, reader: Program
) -> None:
    await reader.post("/judge", JUDGED, headers=KEY)
    other = await reader.post("/judge", {"title": "Football"}, headers=KEY)
    assert other.status == 422
    assert other.json()["type"] == "/api/v1/problems/key-reused"
    neighbour = program(visitor, PersonRole.VIEWER)
    assert (await neighbour.post("/judge", {"title": "Football"}, headers=KEY)).status == 200


async def test_a_key_is_free_after_a_day(visitor: Visitor, reader: Program) -> None:
    await reader.post("/judge", JUDGED, headers=KEY)
    visitor.clock.later(timedelta(hours=24))
    later = await reader.post("/judge", {"title": "Football"}, headers=KEY)
    assert later.status == 200


async def test_a_request_that_failed_may_be_sent_again_with_its_key(admin: Program) -> None:
    body = {"name": "Anna", "role": "viewer"}
    assert (await admin.post("/people/Anna/link", headers=KEY)).status == 404
    await admin.post("/people", body)
    assert (await admin.post("/people/Anna/link", headers=KEY)).status == 200


async def test_an_answer_with_a_secret_is_given_once(visitor: Visitor, admin: Program) -> None:
    body = {"name": "Anna", "role": "viewer"}
    assert (await admin.post("/people", body, headers=KEY)).status == 201
    again = await admin.post("/people", body, headers=KEY)
    assert again.status == 409
    assert "done already" in again.json()["detail"]
    links = [entry for entry in await audit(admin) if entry["act"] == "make sign-in link"]
    assert len(links) == 1


async def audit(admin: Program) -> list[dict[str, object]]:
    return (await admin.get("/audit")).json()["items"]


async def request_that_has_not_ended(visitor: Visitor) -> str:
    """What is said to a program that repeats such a request."""
    asking = program(visitor, PersonRole.VIEWER, name="cut off")
    token = visitor.store.access_tokens.find("cut off")
    assert token is not None
    caller = Caller(name="", role=PersonRole.VIEWER, door=Door.API, token_key=token.key)
    sent = b'{"title": "Sappers leave for Kursk"}'
    parts = (b"POST", b"/api/v1/judge?", sent)
    begun = keyed_request(caller, KEY["idempotency-key"], *parts, now=visitor.clock())
    assert visitor.store.keyed_requests.begin(begun) is None
    headers = {**KEY, "content-type": "application/json"}
    answer = await asking.ask("POST", "/judge", data=sent, headers=headers)
    assert answer.status == 409
    assert answer.json()["type"] == "/api/v1/problems/key-in-use"
    return str(answer.json()["detail"])


async def test_a_request_that_has_not_ended_is_not_begun_again(visitor: Visitor) -> None:
    detail = await request_that_has_not_ended(visitor)
    assert "begun at 2025-06-17T" in detail
    assert detail.endswith("has not ended.")


async def test_a_request_that_an_earlier_process_began_is_told_apart(visitor: Visitor) -> None:
    visitor.clock.later(-timedelta(days=2))  # before the start
    detail = await request_that_has_not_ended(visitor)
    assert "before the service started again" in detail
    assert "done as a whole or not at all" in detail


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_that_can_not_be_kept_is_refused(reader: Program, key: str) -> None:
    answer = await reader.post("/judge", JUDGED, headers={"idempotency-key": key})
    assert answer.status == 400
    assert answer.json()["errors"][0]["header"] == "Idempotency-Key"
