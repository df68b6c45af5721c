"""Tests of the rate limit of each token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.roles import PersonRole
from monitor.web.api.conventions import request_limits
from monitor.web.api.conventions.request_limits import RequestLimits
from monitor.web.site.problems import ProblemError
from tests.fakes import NOW
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor

MINUTE = timedelta(minutes=1)


async def test_every_answer_tells_how_many_requests_are_left(reader: Program) -> None:
    first = await reader.get("/me")
    assert first.headers["ratelimit-policy"] == '"requests";q=600;w=60'
    assert first.headers["ratelimit"] == '"requests";r=599;t=60'
    refused = await reader.get("/people")
    assert refused.headers["ratelimit"] == '"requests";r=599;t=60'


async def test_a_token_that_asks_too_often_waits_and_others_do_not(visitor: Visitor) -> None:
    busy = program(visitor, PersonRole.VIEWER)
    for _ in range(request_limits.REQUESTS.times):
        assert (await busy.get("/me")).status == 200
    answer = await busy.get("/me")
    assert answer.status == 429
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["ratelimit"].startswith('"requests";r=0;')
    assert (await program(visitor, PersonRole.VIEWER).get("/me")).status == 200
    visitor.clock.later(MINUTE)
    assert (await busy.get("/me")).status == 200


def test_test_messages_have_a_limit_of_their_own() -> None:
    from monitor.access.caller import Caller, Door

    caller = Caller(name="ci", role=PersonRole.OPERATOR, door=Door.API, token_key="k")
    limits = RequestLimits()
    for _ in range(request_limits.SENDS.times):
        limits.count(caller, NOW, sends=True)
    limits.count(caller, NOW)
    with pytest.raises(ProblemError, match="More than 60 requests a minute: wait 60 s"):
        limits.count(caller, NOW, sends=True)
