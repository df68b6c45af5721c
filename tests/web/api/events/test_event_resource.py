"""The stream of events over a real socket: by scope, resumed, refused."""

from __future__ import annotations

import asyncio

import aiohttp

from monitor.access.roles import PersonRole, Scope
from monitor.domain.alerts import AlertState, PollResult
from monitor.domain.delivery_schedule import HoldReason
from tests.fakes import article, entry, feed, subscription
from tests.store.builders import an_alert
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
    log = visitor.store.event_log.newest().log
    text = await first_event(reader, "/events", **{"last-event-id": f"{log}.0"})
    assert "event: article.flagged\n" in text
    assert "Line" in text
    resumed = await first_event(reader, "/events", **{"last-event-id": f"{log}.1"})
    assert f"id: {log}.2\n" in resumed
    assert f"id: {log}.1\nevent" not in resumed


async def test_a_stream_has_only_what_its_token_may_read(visitor: Visitor) -> None:
    narrow = program(visitor, PersonRole.VIEWER, {Scope.RULES_READ}, name="narrow")
    assert (await narrow.get("/events?types=article.flagged")).status == 403
    assert (await narrow.get("/events?types=rules.in_force,feed.*")).status == 403
    assert (await narrow.get("/events?types=nonsense")).status == 400
    assert (await narrow.get("/events?types=nonsense.*")).status == 400
    head = await narrow.ask("HEAD", "/events?types=rules.in_force")
    assert head.status == 200
    wrong = await narrow.get("/events", headers={"last-event-id": "yesterday"})
    assert wrong.status == 400


async def test_deliveries_are_for_operators(visitor: Visitor, reader: Program) -> None:
    """A reader's stream of everything has the feed's event and not that of the delivery."""
    store, desk = visitor.store, subscription("desk")
    store.feeds.add(feed("f"))
    store.subscriptions.add(desk)
    held = an_alert(article("one"), desk, state=AlertState.HELD, held_for=HoldReason.DIGEST)
    store.commit(
        [PollResult(feed_key="f", state=feed("f").poll, articles=(article("one"),), alerts=(held,))]
    )
    store.feeds.set_paused("f", True, visitor.clock())
    log = store.event_log.newest().log
    begin = {"last-event-id": f"{log}.1"}
    assert (await reader.get("/events?types=delivery.*")).status == 403
    assert "event: feed.state_changed\n" in await first_event(reader, "/events", **begin)
    operator = program(visitor, PersonRole.OPERATOR, {Scope.DELIVERIES_READ}, name="operator")
    text = await first_event(operator, "/events", **begin)
    assert "event: delivery.held\n" in text
    assert desk.address not in text
