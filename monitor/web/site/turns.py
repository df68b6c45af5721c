"""Turns of the interpreter: the work of polls gives way to the pages that people wait for.

One thread of a process runs Python at a time.  A page that shares it with a thread that judges
articles takes two to three times as long, so that thread asks between its steps whether a page
waits, and lets it go first.  It is never held up for long: see `LONGEST_WAIT`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
