"""Fifty streams, cut and resumed: nothing is missed, nothing comes twice; memory is bounded."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.events.event_types import EventType
from monitor.store.database.stored_states import Pruned
from monitor.store.events.event_log import EventPosition, parse_position
from monitor.web.site import event_streams
from monitor.web.site.event_streams import MOST_STREAMS, EventStreams, TooManyStreams
from tests.fakes import NOW, article, entry, feed
from tests.web.conftest import Visitor

LOOK = timedelta(milliseconds=20)
BOUND = 60  # seconds
_ID = re.compile(r"^id: (\S+)$", re.MULTILINE)
_KEY = re.compile(r'"key": "([^"]+)"')


@pytest.fixture
def streams(visitor: Visitor) -> EventStreams:
    visitor.store.feeds.add(feed("f"))
    return EventStreams(visitor.site, look=LOOK)


async def add(visitor: Visitor, *names: str) -> None:
    """Flag articles, as the service does it: in the thread of the store."""
    polled = PollResult(
        feed_key="f",
        state=feed("f").poll,
        articles=tuple(article(name, copy_key=name, entry=entry(name)) for name in names),
    )
    await visitor.site.write(lambda store: store.commit([polled]))


class Listener:
    """A client that loses its connection now and then, and resumes."""

    def __init__(self, streams: EventStreams, seed: int) -> None:
        self._streams = streams
        self._chance = random.Random(seed)
        self.keys: list[str] = []
        self.position: EventPosition | None = None
        self.cuts = 0
        self.is_ready = asyncio.Event()

    async def follow(self, last: str) -> None:
        while last not in self.keys:
            stream = self._streams.listen(
                [EventType.ARTICLE_FLAGGED], self.position, lambda: None
            )  # fmt: skip
            await self._read(stream, last)
            await stream.aclose()

    async def _read(self, stream: AsyncIterator[str], last: str) -> None:
        async for part in stream:
            self.is_ready.set()
            position = _ID.search(part)
            if position:
                self.position = parse_position(position[1])
            self.keys += _KEY.findall(part)
            if last in self.keys:
                return
            if self._chance.random() < 0.2:
                self.cuts += 1
                return


async def test_fifty_streams_miss_nothing_and_get_nothing_twice(
    visitor: Visitor, streams: EventStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "_KEPT_EVENTS", 7)  # so that some read the database
    names = [f"article{number:03}" for number in range(60)]
    listeners = [Listener(streams, seed) for seed in range(MOST_STREAMS)]
    async with asyncio.timeout(BOUND), asyncio.TaskGroup() as group:
        for listener in listeners:
            group.create_task(listener.follow(names[-1]))
        for listener in listeners:
            await listener.is_ready.wait()
        for start in range(0, len(names), 6):
            await add(visitor, *names[start : start + 6])
            await asyncio.sleep(0)
    assert {tuple(sorted(listener.keys)) for listener in listeners} == {tuple(names)}
    assert sum(listener.cuts for listener in listeners) > MOST_STREAMS
    assert streams.listeners == 0


async def test_there_are_at_most_fifty(streams: EventStreams) -> None:
    opened = [streams.listen(list(EventType), None, lambda: None) for _ in range(MOST_STREAMS)]
    for stream in opened:
        await anext(stream)
    with pytest.raises(TooManyStreams):
        await anext(streams.listen(list(EventType), None, lambda: None))
    for stream in opened:
        await stream.aclose()
    await anext(last := streams.listen(list(EventType), None, lambda: None))
    await last.aclose()


async def test_a_stream_beats_and_ends(
    streams: EventStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "HEARTBEAT", timedelta(milliseconds=20))
    beats = 0

    def count() -> None:
        nonlocal beats
        beats += 1

    stream = streams.listen([EventType.RULES_IN_FORCE], None, count, timedelta(milliseconds=500))
    parts = [part async for part in stream]
    assert parts[0].startswith("retry: 500\nid: ")
    assert ": still here\n\n" in parts
    assert beats == len(parts)


async def test_events_of_other_types_move_the_position(
    visitor: Visitor, streams: EventStreams
) -> None:
    stream = streams.listen([EventType.RULES_IN_FORCE], None, lambda: None)
    await anext(stream)
    await add(visitor, "article")
    async with asyncio.timeout(BOUND):
        part = await anext(stream)
    assert "nothing for you" in part
    assert "article" not in part
    await stream.aclose()


async def parts_of(streams: EventStreams, position: EventPosition) -> list[str]:
    """The parts of a stream that ends when there is nothing more."""
    stream = streams.listen([EventType.ARTICLE_FLAGGED], position, lambda: None, timedelta())
    return [part async for part in stream]


async def test_a_client_that_was_away_too_long_is_told_what_it_lost(
    visitor: Visitor, streams: EventStreams
) -> None:
    await add(visitor, "one", "two", "three")
    store = visitor.store
    newest = store.event_log.newest()
    store.pruning.step(Pruned.EVENTS, NOW + timedelta(days=1), NOW, batch=2)
    begin, gap, *rest = await parts_of(streams, replace(newest, number=1))
    assert f"id: {newest.log}.2\n" in begin
    assert "event: stream.gap\n" in gap
    assert '"reason": "pruned"' in gap
    assert '"most_lost": 1' in gap
    assert len(_KEY.findall("".join(rest))) == 1, "the one that is kept"


async def test_an_id_of_another_database_begins_now_and_says_so(
    visitor: Visitor, streams: EventStreams
) -> None:
    await add(visitor, "one")
    newest = visitor.store.event_log.newest()
    begin, gap = await parts_of(streams, EventPosition(log="0badcafe", number=1))
    assert f"id: {newest}\n" in begin
    assert '"reason": "other_log"' in gap
    assert '"most_lost": null' in gap


async def test_listeners_that_begin_at_once_begin_at_the_same_place(
    visitor: Visitor, streams: EventStreams
) -> None:
    await add(visitor, "one")
    newest = visitor.store.event_log.newest()
    opened = [streams.listen(list(EventType), None, lambda: None) for _ in range(3)]
    begins = await asyncio.gather(*(anext(stream) for stream in opened))
    assert all(f"id: {newest}\n" in begin for begin in begins)
    for stream in opened:
        await stream.aclose()
