"""What we took stays ours while we work on it, and is soon free again if we die."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Generic, Self, TypeVar

from monitor.domain.errors import StoreError

T = TypeVar("T")
log = logging.getLogger(__name__)


class LeaseRenewer(Generic[T]):
    """Short, and renewed for as long as the block lasts: `async with LeaseRenewer(…) as ours`."""

    def __init__(
        self,
        taken: Mapping[str, T],
        extend: Callable[[list[str], datetime], Awaitable[Collection[str]]],
        *,
        clock: Callable[[], datetime],
        lasts: timedelta,
    ) -> None:
        """`taken` by token; `extend` keeps tokens ours until then and says which still are."""
        self._taken = dict(taken)
        self._extend = extend
        self._clock = clock
        self._lasts = lasts
        self._until = clock() + lasts

    async def __aenter__(self) -> Self:
        self._renewing = asyncio.create_task(self._keep_renewing())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._renewing.cancel()

    @property
    def tokens(self) -> list[str]:
        """Of what is still ours and not done."""
        return list(self._taken)

    async def next(self) -> T | None:
        """The first that is not done, and none that was taken over while this process stood still.

        Raise StoreError when that can't be asked.
        """
        if self._clock() >= self._until:
            await self._renew()
        return next(iter(self._taken.values()), None)

    def done(self, token: str) -> None:
        """It needs no renewing any more."""
        self._taken.pop(token, None)

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._lasts.total_seconds() / 3)
            try:
                await self._renew()
            except StoreError as error:  # asked again before anything else is begun
                log.warning("lease.not_renewed", extra={"error": str(error)})

    async def _renew(self) -> None:
        until = self._clock() + self._lasts
        asked = self.tokens
        kept = await self._extend(asked, until)
        lost = self._taken.keys() & set(asked) - set(kept)  # what was done meanwhile is not
        for token in lost:
            self.done(token)
        if lost:
            log.warning("lease.lost", extra={"taken_over": len(lost)})
        self._until = until
