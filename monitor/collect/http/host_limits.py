"""Whose turn is it?  At one host only so many feeds are asked at a time, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

# How long a host's "later" for one feed holds up its others, which may not be meant.
MAX_PAUSE = timedelta(minutes=15)


class HostLimiter:
    """Queues, one for each host, in order of arrival.

    They wait here and not inside the fetch, where waiting would count as the publisher's
    slowness: a healthy feed must not fail because its neighbours are slow.
    """

    def __init__(
        self, *, per_host: int, patience: timedelta, spacing: timedelta = timedelta()
    ) -> None:
        """`per_host` zero: no limit.  `patience`: how long one may wait for its turn.  `spacing`:
        the time between two requests to one host, once its first `per_host` are made.
        """
        self._per_host = per_host
        self._patience = patience.total_seconds()
        self._spacing = spacing.total_seconds()
        self._hosts: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}
        self._free_at: dict[str, float] = {}  # by the loop's clock: when the next may begin
        self._held_until: dict[str, float] = {}

    @asynccontextmanager
    async def at(self, host: str, *, spaced: bool = True) -> AsyncIterator[None]:
        """Hold one of the host's places.  Raise FetchError (BUSY) when none gets free in time."""
        if not self._per_host:
            yield
            return
        self._check_hold(host)
        places, present = self._hosts.setdefault(host, (asyncio.Semaphore(self._per_host), set()))
        me = object()
        present.add(me)
        try:
            await self._wait(places, host)
            try:
                if spaced and self._spacing:
                    await self._keep_distance(host)
                yield
            finally:
                places.release()
        finally:
            present.discard(me)
            if not present:
                self._hosts.pop(host, None)

    def hold(self, host: str, wait: timedelta) -> None:
        """The host asked one of its feeds to come back later: the others wait a while, too."""
        seconds = min(wait, MAX_PAUSE).total_seconds()
        self._held_until[host] = asyncio.get_running_loop().time() + seconds

    def _check_hold(self, host: str) -> None:
        left = self._held_until.get(host, 0.0) - asyncio.get_running_loop().time()
        if left > 0:
            raise _busy(f"{host} asked to be left alone", left)
        self._held_until.pop(host, None)

    async def _wait(self, places: asyncio.Semaphore, host: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await places.acquire()
        except TimeoutError:
            why = f"other feeds of {host} kept it waiting for {self._patience:g} s"
            raise _busy(why, 0) from None

    async def _keep_distance(self, host: str) -> None:
        """Begin no sooner than the host's share of time allows."""
        now = asyncio.get_running_loop().time()
        idle = now - self._spacing * (self._per_host - 1)  # who was long away may ask a few at once
        begin = max(self._free_at.get(host, 0.0), idle)
        if begin - now > self._patience:
            raise _busy(f"many feeds of {host} wait", begin - now)
        self._free_at[host] = begin + self._spacing
        if len(self._free_at) > 10_000:
            self._free_at = {name: at for name, at in self._free_at.items() if at > idle}
        await asyncio.sleep(max(begin - now, 0.0))


def _busy(why: str, seconds: float) -> FetchError:
    return FetchError(FeedReason.BUSY, why, retry_after=timedelta(seconds=seconds))
