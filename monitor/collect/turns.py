"""Whose turn is it?  At one host only so many feeds are asked at a time; the others wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.errors import FetchError
from monitor.reasons import FeedReason


class Turns:
    """Queues, one for each host, in order of arrival.

    They wait here and not inside the fetch, where waiting would count as the publisher's
    slowness: a healthy feed must not fail because its neighbours are slow.
    """

    def __init__(self, *, per_host: int, patience: timedelta) -> None:
        """`per_host` zero: no limit.  `patience`: how long one may wait for its turn."""
        self._per_host = per_host
        self._patience = patience.total_seconds()
        self._hosts: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        """Hold one of the host's places.  Raise FetchError (TIMEOUT) when none gets free."""
        if not self._per_host:
            yield
            return
        places, present = self._hosts.setdefault(host, (asyncio.Semaphore(self._per_host), set()))
        me = object()
        present.add(me)
        try:
            await self._wait(places, host)
            try:
                yield
            finally:
                places.release()
        finally:
            present.discard(me)
            if not present:
                self._hosts.pop(host, None)

    async def _wait(self, places: asyncio.Semaphore, host: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await places.acquire()
        except TimeoutError:
            raise FetchError(
                FeedReason.TIMEOUT,
                f"other feeds of {host} kept it waiting for {self._patience:g} s",
            ) from None
