"""The stream of events over a real socket: by scope, resumed, refused."""

from __future__ import annotations

import asyncio

import aiohttp

from monitor.access.roles import PersonRole, Scope
from monitor.domain.alerts import PollResult
from tests.fakes import article, entry, feed
from tests.web.api.conftest import API, Program, program
from tests.web.conftest import Visitor

BOUND = 60  # seconds


async def first_event(reader: Program, path: str, **headers: str) -> str:
    """The text of a stream until its first event."""
    text = ""
    async with asyncio.timeout(BOUND), aiohttp.ClientSession() as session:
        address = reader.visitor.base + API + path
        async with session.get(address, headers={**reader.headers, **headers}) as answer:
            assert answer.status == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in answer.headers
            async for line in answer.content:
                text += line.decode()
                if line.startswith(b"data:"):
                    break
    return text


async def test_what_happened_since_an_event_is_sent(visitor: Visitor, reader: Program) -> None:
    visitor.store.feeds.add(feed("f"))
    polled = PollResult(
        feed_key="f", state=feed("f").poll,
        articles=(article("one", entry=entry("Line\nbreak")), article("two", copy_key="two")),
    )  # fmt: skip
    visitor.store.commit([polled])
    text = await first_event(reader, "/events", **{"last-event-id": "0.0.0"})
    assert "event: article.flagged\n" in text
    assert "Line" in text
    resumed = await first_event(reader, "/events", **{"last-event-id": "1.0.0"})
    assert "id: 2.0.0\n" in resumed
    assert "id: 1.0.0\nevent" not in resumed


async def test_a_stream_has_only_what_its_token_may_read(visitor: Visitor) -> None:
    narrow = program(visitor, PersonRole.VIEWER, {Scope.RULES_READ}, name="narrow")
    assert (await narrow.get("/events?types=article.flagged")).status == 403
    assert (await narrow.get("/events?types=nonsense")).status == 400
    head = await narrow.ask("HEAD", "/events?types=rules.in_force")
    assert head.status == 200
    wrong = await narrow.get("/events", headers={"last-event-id": "yesterday"})
    assert wrong.status == 400
