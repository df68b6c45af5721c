"""Event streams: one look at the database for all listeners, as long as there are any.

The newest events are kept for all together, so a slow listener costs no memory: it has a position,
and reads what it missed from the database.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from monitor.actions import as_json
from monitor.domain.errors import StoreError
from monitor.domain.events.event_types import EventType
from monitor.store.events.event_log import (
    EventGap,
    EventPage,
    EventPosition,
    GapReason,
    Resumption,
    StoredEvent,
)
from monitor.store.store import Store
from monitor.web.site.context import SiteContext

MOST_STREAMS = 50
LOOK = timedelta(seconds=2)  # between two looks at the database
HEARTBEAT = timedelta(seconds=10)  # after so long without an event a comment is sent
STREAM_TIME = timedelta(seconds=55)  # then a stream ends; rights are checked anew with the next
RETRY = timedelta(milliseconds=500)  # after which a client resumes
_KEPT_EVENTS = 500
_PAGE = 200
GAP_EVENT = "stream.gap"  # sent whatever types were asked for
_GAP_TEXTS = {
    GapReason.PRUNED: (
        "Events after the one asked for were pruned (retention.events): the stream goes on with the"
        " oldest that is kept.  Read the lists anew."
    ),
    GapReason.OTHER_LOG: (
        "The id is of another database, or of before a backup was restored: the stream goes on from"
        " now on.  Read the lists anew."
    ),
    GapReason.AHEAD: (
        "This database is older than the event asked for, as an older copy is: the stream goes on"
        " from now on.  Read the lists anew."
    ),
}


class TooManyStreams(Exception):
    """There are as many streams as there may be."""


class EventStreams:
    """The streams of one site; used from the event loop."""

    def __init__(self, site: SiteContext, *, look: timedelta = LOOK) -> None:
        self._site = site
        self._look = look.total_seconds()
        self._listeners = 0
        self._events: deque[StoredEvent] = deque(maxlen=_KEPT_EVENTS)
        self._log = ""  # the name of the log
        self._start = 0  # everything after this number is among the kept events
        self._newest = 0
        self._news = asyncio.Condition()
        self._beginning = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    async def listen(
        self,
        types: Collection[EventType],
        position: EventPosition | None,
        on_part: Callable[[], None],
        time: timedelta = STREAM_TIME,
    ) -> AsyncGenerator[str]:
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
    ) -> AsyncGenerator[str]:
        await self._begin_watch()
        resumed = await self._resume(position)
        log, at = resumed.position.log, resumed.position.number
        yield f"retry: {RETRY // timedelta(milliseconds=1)}\nid: {resumed.position}\n: begin\n\n"
        if resumed.gap is not None:
            yield gap_text(resumed.position, resumed.gap)
        while True:
            page = await self._after(at)
            events = [event for event in page.events if event.type in types]
            for event in events:
                yield event_text(log, event)
            if page.reached != at and (not events or events[-1].number != page.reached):
                reached = EventPosition(log=log, number=page.reached)
                yield f"id: {reached}\n: nothing for you\n\n"
            at = page.reached
            if page.has_more:
                continue
            seconds_left = end - asyncio.get_running_loop().time()
            if seconds_left <= 0:
                return
            if not await self._wait(at, min(seconds_left, HEARTBEAT.total_seconds())):
                yield ": still here\n\n"

    async def _begin_watch(self) -> None:
        """Look at the database from now on, if nobody has listened before."""
        async with self._beginning:  # a second listener waits for where the first begins
            if self._watch is None:
                newest = await self._site.read(lambda store: store.event_log.newest())
                self._events.clear()
                self._log, self._start, self._newest = newest.log, newest.number, newest.number
                self._watch = asyncio.create_task(self._look_for_news())

    async def _resume(self, position: EventPosition | None) -> Resumption:
        """Where a stream begins; the database is asked where the kept events do not tell it."""
        if position is None:
            return Resumption(position=EventPosition(log=self._log, number=self._newest))
        if position.log == self._log and self._start <= position.number <= self._newest:
            return Resumption(position=position)
        return await self._site.read(lambda store: store.event_log.resume(position))

    async def _look_for_news(self) -> None:
        """Read what is new, for all listeners together."""
        while True:
            await asyncio.sleep(self._look)
            with suppress(StoreError):  # it is locked or restarts: the next look reads it
                has_more = True
                while has_more:
                    page = await self._site.read(partial(_since, number=self._newest))
                    has_more = page.has_more
                    if page.reached != self._newest:
                        await self._keep(page)

    async def _keep(self, page: EventPage) -> None:
        for event in page.events:
            if len(self._events) == _KEPT_EVENTS:
                self._start = self._events[0].number
            self._events.append(event)
        self._newest = page.reached
        async with self._news:
            self._news.notify_all()

    async def _after(self, number: int) -> EventPage:
        """What comes after a number: from the kept events, or from the database."""
        if number >= self._start:
            later = tuple(event for event in self._events if event.number > number)
            return EventPage(events=later, reached=max(number, self._newest), has_more=False)
        return await self._site.read(partial(_since, number=number))

    async def _wait(self, number: int, seconds: float) -> bool:
        """Wait for something after the number; False when nothing came in that time."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: self._newest > number)
        except TimeoutError:
            return False
        return True


def event_text(log: str, event: StoredEvent) -> str:
    """The event as a part of the stream (WHATWG HTML, server-sent events)."""
    position = EventPosition(log=log, number=event.number)
    return _part(position, event.type, event.data)


def gap_text(position: EventPosition, gap: EventGap) -> str:
    """What a client is told that may have missed something: it goes on at the position."""
    data = {
        "reason": gap.reason.value,
        "asked": str(gap.requested),
        "continues": str(position),
        "most_lost": gap.most_lost,
        "lost_until": as_json.instant(gap.lost_until),
        "detail": _GAP_TEXTS[gap.reason],
    }
    return _part(position, GAP_EVENT, data)


def _part(position: EventPosition, name: str, data: Mapping[str, object]) -> str:
    text = json.dumps(data, ensure_ascii=False)  # has no line break
    return f"id: {position}\nevent: {name}\ndata: {text}\n\n"


def _since(store: Store, number: int) -> EventPage:
    return store.event_log.since(number, _PAGE)
