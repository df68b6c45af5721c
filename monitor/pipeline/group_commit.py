"""Group commit: batches concurrent writes into one transaction and retries until stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from monitor.domain.errors import StoreError
from monitor.net import backoff

T = TypeVar("T")
log = logging.getLogger(__name__)

_BATCH = 500  # items in one commit
_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=5)


class GroupCommit(Generic[T]):
    """Gathers the items that arrive during one commit into the next one.

    So all writers share the cost of a commit, and none waits for a timer.
    """

    def __init__(self, store: Callable[[Sequence[T]], Awaitable[Sequence[bool]]]) -> None:
        """`store` stores all of its items or raises; it returns a result for each, in order."""
        self._store = store
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, item: T) -> bool:
        """Return the result of `store` for this item, when it is stored.

        A StoreError is retried for as long as it lasts.  A caller that is cancelled leaves the
        item here, and it is stored all the same.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await stored

    async def close(self, patience: timedelta) -> None:
        """Wait until all items are stored, for at most `patience`."""
        if self._writing is None or self._writing.done():
            return
        await asyncio.wait([self._writing], timeout=patience.total_seconds())
        if self._writing.cancel():
            log.error("group_commit.not_finished", extra={"items": len(self._waiting)})
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        failures = 0  # in a row
        while self._waiting:
            group, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
            try:
                results: Sequence[bool | Exception] = await self._store([item for item, _ in group])
                failures = 0
            except StoreError as error:
                self._waiting = group + self._waiting
                fields = {"error": str(error), "items": len(group)}
                log.error("group_commit.not_stored", extra=fields)
                pause = backoff.doubled(_FIRST_PAUSE, failures, longest=_LONGEST_PAUSE)
                failures += 1
                await asyncio.sleep(pause.total_seconds())
                continue
            except Exception as error:  # a loop edge: the callers get it, instead of waiting on
                log.exception("group_commit.crashed")
                results = [error] * len(group)
            for result, (_, stored) in zip(results, group, strict=True):
                _resolve(stored, result)


def _resolve(stored: asyncio.Future[bool], result: bool | Exception) -> None:
    if stored.done():  # the caller was cancelled
        return
    if isinstance(result, Exception):
        stored.set_exception(result)
    else:
        stored.set_result(result)
