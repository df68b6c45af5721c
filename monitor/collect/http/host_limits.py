"""Per-host limits: concurrent requests, spacing between them, and pauses after Retry-After."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

# A Retry-After for one feed pauses the other feeds of its host no longer than this.
MAX_PAUSE = timedelta(minutes=15)


class HostLimiter:
    """Queues requests for each host in order of arrival.

    Requests wait here, before the fetch and its timeout begin: a healthy feed must not fail
    because other feeds of its host are slow.
    """

    def __init__(
        self, *, per_host: int, patience: timedelta, spacing: timedelta = timedelta()
    ) -> None:
        """`per_host` is the number of concurrent requests to one host; zero means no limits.

        `patience` is the longest wait for a slot.  `spacing` is the time between two requests to
        one host, after its first `per_host` ones.
        """
        self._per_host = per_host
        self._patience = patience.total_seconds()
        self._spacing = spacing.total_seconds()
        self._hosts: dict[str, tuple[asyncio.Semaphore, set[object]]] = {}
        self._free_at: dict[str, float] = {}  # loop time at which the next request may start
        self._paused_until: dict[str, float] = {}

    @asynccontextmanager
    async def slot(self, host: str, *, spaced: bool = True) -> AsyncIterator[None]:
        """Hold one of the host's slots.  Raise FetchError (BUSY) when none becomes free in time."""
        if not self._per_host:
            yield
            return
        self._check_pause(host)
        slots, requests = self._hosts.setdefault(host, (asyncio.Semaphore(self._per_host), set()))
        request = object()
        requests.add(request)
        try:
            await self._acquire(slots, host)
            try:
                if spaced and self._spacing:
                    await self._wait_for_spacing(host)
                yield
            finally:
                slots.release()
        finally:
            requests.discard(request)
            if not requests:
                self._hosts.pop(host, None)

    def pause(self, host: str, wait: timedelta) -> None:
        """Pause all requests to a host that asked one of them to wait; at most `MAX_PAUSE`."""
        seconds = min(wait, MAX_PAUSE).total_seconds()
        self._paused_until[host] = asyncio.get_running_loop().time() + seconds

    def _check_pause(self, host: str) -> None:
        remaining = self._paused_until.get(host, 0.0) - asyncio.get_running_loop().time()
        if remaining > 0:
            raise _busy(f"{host} asked for a pause", remaining)
        self._paused_until.pop(host, None)

    async def _acquire(self, slots: asyncio.Semaphore, host: str) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await slots.acquire()
        except TimeoutError:
            detail = f"other feeds of {host} kept it waiting for {self._patience:g} s"
            raise _busy(detail, 0) from None

    async def _wait_for_spacing(self, host: str) -> None:
        """Wait for the host's spacing.  Raise FetchError (BUSY) when that takes too long."""
        now = asyncio.get_running_loop().time()
        # A host without recent requests may get `per_host` of them at once.
        idle = now - self._spacing * (self._per_host - 1)
        start = max(self._free_at.get(host, 0.0), idle)
        if start - now > self._patience:
            raise _busy(f"too many feeds of {host} are waiting", start - now)
        self._free_at[host] = start + self._spacing
        if len(self._free_at) > 10_000:
            self._free_at = {name: at for name, at in self._free_at.items() if at > idle}
        await asyncio.sleep(max(start - now, 0.0))


def _busy(detail: str, seconds: float) -> FetchError:
    return FetchError(FeedReason.BUSY, detail, retry_after=timedelta(seconds=seconds))
