"""A request counts as waiting until its answer begins, or ends in an error."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.web.site.page_turns import PageTurns
from monitor.web.site.turns import Turns


def is_waiting(turns: Turns) -> bool:
    return bool(turns._pages)


async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}


def ask(turns: Turns, app, kind: str = "http") -> None:
    async def send(message) -> None:
        assert not is_waiting(turns)

    asyncio.run(PageTurns(app, turns)({"type": kind}, receive, send))


def test_a_request_waits_until_its_answer_begins():
    turns = Turns(longest_wait=timedelta(minutes=1))
    states = []

    async def app(scope, receive, send) -> None:
        states.append(is_waiting(turns))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        states.append(is_waiting(turns))

    ask(turns, app)
    assert states == [True, False]


def test_a_request_that_fails_waits_no_longer():
    turns = Turns(longest_wait=timedelta(minutes=1))

    async def app(scope, receive, send) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        ask(turns, app)
    assert not is_waiting(turns)


def test_what_is_no_request_is_passed_on():
    turns = Turns()

    async def app(scope, receive, send) -> None:
        assert not is_waiting(turns)

    ask(turns, app, kind="lifespan")
