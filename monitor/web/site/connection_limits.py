"""A connection that ends: a client that is slow to ask, or slow to read, does not keep it.

uvicorn waits for ever for the rest of a request's head, and for the last byte of an answer to be
taken; both cost a client nothing to hold open by the thousand.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD = timedelta(seconds=10)  # from the first byte, or the last answer, to a whole head
ANSWER = timedelta(seconds=30)  # from a whole head to the end of the answer
READ = timedelta(seconds=30)  # from the end of the answer until its last byte is taken


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for each step, at which the connection is cut."""

    head, answer, read = HEAD, ANSWER, READ
    _deadline: asyncio.TimerHandle | None = None
    _asked: object = None  # the request that the deadline is for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn narrows it
        super().connection_made(transport)
        self.access_log = False  # its own names paths, tokens and all; `site` logs routes
        self._end_in(self.head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        self._end_in(self.read)
        super().on_response_complete()
        self._look()  # the next request may have come along with this one

    def _look(self) -> None:
        cycle: object = self.cycle  # None before the first request, whatever its type says
        if cycle is not None and cycle is not self._asked:
            self._asked = cycle
            self._end_in(self.answer)

    def _end_in(self, time: timedelta) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(time.total_seconds(), self.transport.abort)
