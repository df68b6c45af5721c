"""Event streams: one look at the database for all listeners, as long as there are any.

The newest events are kept for all together, so a slow listener costs no memory: it has a position,
and reads what it missed from the database.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from monitor.actions import as_json
from monitor.domain.errors import StoreError
from monitor.store.events.event_log import EventPage, EventPosition, EventType, StoredEvent
from monitor.store.store import Store
from monitor.web.site.context import SiteContext

MOST_STREAMS = 50
LOOK = timedelta(seconds=2)  # between two looks at the database
HEARTBEAT = timedelta(seconds=10)  # after so long without an event a comment is sent
STREAM_TIME = timedelta(seconds=55)  # then a stream ends; rights are checked anew with the next
RETRY = timedelta(milliseconds=500)  # after which a client resumes
_KEPT_EVENTS = 500
_PAGE = 200


class TooManyStreams(Exception):
    """There are as many streams as there may be."""


class EventStreams:
    """The streams of one site; used from the event loop."""

    def __init__(self, site: SiteContext, *, look: timedelta = LOOK) -> None:
        self._site = site
        self._look = look.total_seconds()
        self._listeners = 0
        self._events: deque[StoredEvent] = deque(maxlen=_KEPT_EVENTS)
        self._start = EventPosition()  # everything after it is among the kept events
        self._newest = EventPosition()
        self._news = asyncio.Condition()
        self._watch: asyncio.Task[None] | None = None

    async def listen(
        self,
        types: Collection[EventType],
        position: EventPosition | None,
        on_part: Callable[[], None],
        time: timedelta = STREAM_TIME,
    ) -> AsyncIterator[str]:
        """The parts of a stream, from the position on; None: from now on.

        `on_part` is called before each part.  Raise TooManyStreams before the first.
        """
        if self._listeners >= MOST_STREAMS:
            raise TooManyStreams
        self._listeners += 1
        end = asyncio.get_running_loop().time() + time.total_seconds()
        try:
            async for part in self._parts(types, position, end):
                on_part()
                yield part
        finally:
            self._listeners -= 1
            if not self._listeners and self._watch is not None:
                self._watch.cancel()
                self._watch = None

    @property
    def listeners(self) -> int:
        """How many streams there are now."""
        return self._listeners

    async def _parts(
        self, types: Collection[EventType], position: EventPosition | None, end: float
    ) -> AsyncIterator[str]:
        await self._begin_watch()
        at = self._newest if position is None else position
        yield f"retry: {RETRY // timedelta(milliseconds=1)}\nid: {at}\n: begin\n\n"
        while True:
            page = await self._after(at)
            for event in page.events:
                if event.type in types:
                    yield event_text(event)
            if page.position != at and not any(event.type in types for event in page.events):
                yield f"id: {page.position}\n: nothing for you\n\n"
            at = page.position
            if page.has_more:
                continue
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                return
            if not await self._wait(at, min(left, HEARTBEAT.total_seconds())):
                yield ": still here\n\n"

    async def _begin_watch(self) -> None:
        """Look at the database from now on, if nobody has listened before."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._look_for_news())
            now = self._site.clock()
            newest = await self._site.read(lambda store: store.event_log.newest(now))
            self._events.clear()
            self._start = self._newest = newest

    async def _look_for_news(self) -> None:
        """Read what is new, for all listeners together."""
        while True:
            await asyncio.sleep(self._look)
            with suppress(StoreError):  # it is locked or restarts: the next look reads it
                now, newest = self._site.clock(), self._newest
                page = await self._site.read(partial(_since, position=newest, now=now))
                self._newest = page.position
                if page.events:
                    await self._keep(page)

    async def _keep(self, page: EventPage) -> None:
        for event in page.events:
            if len(self._events) == _KEPT_EVENTS:
                self._start = self._events[0].position
            self._events.append(event)
        async with self._news:
            self._news.notify_all()

    async def _after(self, position: EventPosition) -> EventPage:
        """What comes after a position: from the kept events, or from the database."""
        if position.reaches(self._start):
            events = tuple(event for event in self._events if event.is_after(position))
            reached = position.joined(self._newest)
            return EventPage(events=events, position=reached, has_more=False)
        now = self._site.clock()
        return await self._site.read(partial(_since, position=position, now=now))

    async def _wait(self, position: EventPosition, seconds: float) -> bool:
        """Wait for something after the position; False when nothing came in that time."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: not position.reaches(self._newest))
        except TimeoutError:
            return False
        return True


def event_text(event: StoredEvent) -> str:
    """The event as a part of the stream (WHATWG HTML, server-sent events)."""
    data = {
        name: as_json.instant(value) if isinstance(value, datetime) else value
        for name, value in event.data.items()
    }
    text = json.dumps(data, ensure_ascii=False)  # has no line break
    return f"id: {event.position}\nevent: {event.type}\ndata: {text}\n\n"


def _since(store: Store, position: EventPosition, now: datetime) -> EventPage:
    return store.event_log.since(position, now, _PAGE)
