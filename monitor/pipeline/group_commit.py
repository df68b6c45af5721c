"""What is to be written down is, many pieces in one commit, and again until it is."""

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

_MOST = 500  # in one commit
_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=5)


class GroupCommit(Generic[T]):
    """Gathers what comes while one commit is under way into the next one.

    So all who wait share the price of a commit, and nobody waits for a clock.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[bool]]]) -> None:
        """`write` stores all of its pieces or raises; it says a word about each, in order."""
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, piece: T) -> bool:
        """Return when the piece is stored: what `write` said of it.

        A store that fails is asked again, for as long as it takes.  Who is cancelled meanwhile
        leaves the piece here, and it is stored all the same.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((piece, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await stored

    async def close(self, patience: timedelta) -> None:
        """Wait until all is stored, though not longer than `patience`."""
        if self._writing is None or self._writing.done():
            return
        await asyncio.wait([self._writing], timeout=patience.total_seconds())
        if self._writing.cancel():
            log.error("ledger.left_unwritten", extra={"pieces": len(self._waiting)})
            await asyncio.wait([self._writing])

    async def _write_all(self) -> None:
        failures = 0  # in a row
        while self._waiting:
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                said: Sequence[bool | Exception] = await self._write([piece for piece, _ in group])
                failures = 0
            except StoreError as error:
                self._waiting = group + self._waiting
                log.error("ledger.not_stored", extra={"error": str(error), "pieces": len(group)})
                pause = backoff.doubled(_FIRST_PAUSE, failures, longest=_LONGEST_PAUSE)
                failures += 1
                await asyncio.sleep(pause.total_seconds())
                continue
            except Exception as error:  # a loop edge: who waits is told, instead of waiting on
                log.exception("ledger.crashed")
                said = [error] * len(group)
            for word, (_, stored) in zip(said, group, strict=True):
                _tell(stored, word)


def _tell(stored: asyncio.Future[bool], word: bool | Exception) -> None:
    if stored.done():  # nobody waits any more
        return
    if isinstance(word, Exception):
        stored.set_exception(word)
    else:
        stored.set_result(word)
