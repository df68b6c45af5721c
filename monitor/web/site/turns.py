"""Turns of the interpreter and of counts: who goes first where only one can.

One thread of a process runs Python at a time.  A page that shares it with a thread that judges
articles takes two to three times as long, so that thread asks between its steps whether a page
waits, and lets it go first.  It is never held up for long: see `LONGEST_WAIT`.

One thread counts over all articles: see `CountOrder`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import timedelta

# Work goes on for so long before it gives way again: a page is delayed by this at most.
LEAST_TURN = timedelta(milliseconds=5)
# Work waits no longer than this for the pages that it found: it has a turn in eleven whatever
# people and programs ask for.
LONGEST_WAIT = timedelta(milliseconds=50)


class Turns:
    """Who runs next in this process: pages in the event loop, work in its own thread."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        longest_wait: timedelta = LONGEST_WAIT,
    ) -> None:
        """`clock` returns seconds."""
        self._clock = clock
        self._longest_wait = longest_wait.total_seconds()
        self._turn_began = -LEAST_TURN.total_seconds()
        self._pages: set[object] = set()
        self._changed = threading.Condition()
        self._page: ContextVar[object | None] = ContextVar("page", default=None)

    def begin_page(self) -> object:
        """A page is asked for in this task; to be handed to `end_page` when it is answered."""
        page = object()
        self._page.set(page)
        with self._changed:
            self._pages.add(page)
        return page

    def end_page(self, page: object) -> None:
        """Nobody waits for this page any more; may be called twice."""
        with self._changed:
            self._pages.discard(page)
            self._changed.notify_all()

    def stop_waiting(self) -> None:
        """Let work go on although the page of this task is not answered.

        Before a page changes something: it waits for the transaction of the work itself.
        """
        page = self._page.get()
        if page is not None:
            self.end_page(page)

    def give_way(self) -> None:
        """Called by work between its steps: wait until the pages of this moment are answered."""
        if not self._pages or self._clock() - self._turn_began < LEAST_TURN.total_seconds():
            return
        with self._changed:
            waiting = set(self._pages)
            self._changed.wait_for(
                lambda: waiting.isdisjoint(self._pages), timeout=self._longest_wait
            )
        self._turn_began = self._clock()


class CountOrder:
    """One count at a time: urgent ones first, then the others, each in the order of arrival.

    Of very many articles the counts of the dashboard take long together, once a minute; a page
    that waits for a count of its own waits for one of them at most.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, is_urgent: bool) -> AsyncIterator[None]:
        """Wait until it is the turn of this count; it lasts as long as the context."""
        if self._is_taken:
            await self._wait(self._urgent if is_urgent else self._others)
        self._is_taken = True
        try:
            yield
        finally:
            self._hand_over()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        waiter = asyncio.get_running_loop().create_future()
        queue.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():  # it was its turn already
                self._hand_over()
            raise

    def _hand_over(self) -> None:
        """Give the turn to who is next; nobody has it while nobody waits."""
        for queue in (self._urgent, self._others):
            while queue:
                waiter = queue.popleft()
                if not waiter.done():  # else who waited has left
                    waiter.set_result(None)
                    return
        self._is_taken = False
