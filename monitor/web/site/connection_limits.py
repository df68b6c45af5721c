"""Connection limits: deadlines that cut off clients which send or read too slowly.

uvicorn waits without limit for the rest of a request's head, and for the client to read the last
byte of a response: a client could hold thousands of connections open at no cost.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import cast

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIME = timedelta(seconds=10)  # from the connection, or the last response, to a complete head
RESPONSE_TIME = timedelta(seconds=30)  # from a complete head to the end of the response
READ_TIME = timedelta(seconds=30)  # from the end of the response until its last byte is read
_EXTEND = "watchpost.extend_deadline"  # in the scope of a request


def extend_deadline(scope: Scope) -> None:
    """Begin the time for the response anew: for each part of a long one, before it is sent.

    The part before it was taken by then: a server waits until its buffer has room.  So a long file
    comes through, and a client that takes nothing for 30 s is still cut off.
    """
    extend = scope.get(_EXTEND)
    if extend is not None:  # a server without deadlines has none
        extend()


class DeadlineProtocol(H11Protocol):
    """HTTP/1.1 with a deadline for each step, after which the connection is closed."""

    head, answer, read = HEAD_TIME, RESPONSE_TIME, READ_TIME
    _deadline: asyncio.TimerHandle | None = None
    _request: object = None  # the request that the deadline is for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn narrows it
        super().connection_made(transport)
        self.access_log = False  # it would log paths with tokens; `security_headers` logs routes
        self._set_deadline(self.head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch_request()

    def on_response_complete(self) -> None:
        self._set_deadline(self.read)
        super().on_response_complete()
        self._watch_request()  # the client may have sent the next request already

    def _watch_request(self) -> None:
        cycle: object = self.cycle  # None before the first request, unlike its declared type
        if cycle is not None and cycle is not self._request:
            self._request = cycle
            scope = cast(Scope, self.cycle.scope)
            scope[_EXTEND] = partial(self._set_deadline, self.answer)
            self._set_deadline(self.answer)

    def _set_deadline(self, time: timedelta) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(time.total_seconds(), self.transport.abort)
