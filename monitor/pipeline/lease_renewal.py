"""Lease renewal: keeps claimed rows leased while they are processed; leases expire if we die."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from monitor.domain.errors import StoreError

log = logging.getLogger(__name__)

_MARGIN = 0.1  # of a lease


class Tokened(Protocol):
    """A claim, known by its token."""

    @property
    def token(self) -> str: ...


ClaimT = TypeVar("ClaimT", bound=Tokened)


class LeaseRenewer(Generic[ClaimT]):
    """Renews short leases while its block runs: `async with LeaseRenewer(claims, …) as leases`."""

    def __init__(
        self,
        claims: Iterable[ClaimT],
        extend: Callable[[list[ClaimT], datetime], Awaitable[Collection[str]]],
        *,
        clock: Callable[[], datetime],
        lease: timedelta,
        until: datetime | None = None,
    ) -> None:
        """`extend` leases these claims until then and returns the tokens that are still held.

        `until` is the end of the leases as they were claimed; else they begin now.
        """
        self._pending = {claim.token: claim for claim in claims}
        self._recorded: dict[str, ClaimT] = {}  # at this moment
        self._extend = extend
        self._clock = clock
        self._lease = lease
        self._until = until or clock() + lease
        self._deadlines: dict[str, asyncio.Timeout] = {}  # of the work that ends with its lease

    async def __aenter__(self) -> Self:
        self._renewal = asyncio.create_task(self._renew_regularly())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._renewal.cancel()

    @property
    def pending(self) -> list[ClaimT]:
        """The claims that are still held and not done."""
        return list(self._pending.values())

    async def next(self) -> ClaimT | None:
        """The first pending claim, or None.

        A claim that was lost while this process stood still is left out.  Raise StoreError when
        the store can't be asked about that.
        """
        if self._clock() >= self._until:
            await self._renew()
        return next(iter(self._pending.values()), None)

    async def still_holds(self, token: str) -> bool:
        """Ask the store whether a claim is still held.  Raise StoreError when it can't be asked."""
        await self._renew()
        return token in self._pending

    async def record(self, token: str, recording: Awaitable[None]) -> None:
        """Wait until the outcome of a claim is recorded; it is renewed until then.

        It is not pending any more: nobody gives it back.
        """
        claim = self._pending.pop(token, None)
        if claim is not None:
            self._recorded[token] = claim
        await recording
        self._recorded.pop(token, None)

    def done(self, token: str) -> None:
        """Stop renewing this claim."""
        self._pending.pop(token, None)

    @asynccontextmanager
    async def while_held(self, token: str) -> AsyncIterator[None]:
        """Cancel the block, and raise TimeoutError, when the lease of this claim ends before it."""
        ends_at = self._ends_at(token)
        if ends_at <= asyncio.get_running_loop().time():
            raise TimeoutError  # nothing of the block may happen, not even until its first pause
        async with asyncio.timeout_at(ends_at) as deadline:
            self._deadlines[token] = deadline
            try:
                yield
            finally:
                del self._deadlines[token]

    def _ends_at(self, token: str) -> float:
        """When the lease of this claim ends, in the time of the event loop; at once if lost.

        A little before: the claim and the clock of another process need not agree with ours.
        """
        now = asyncio.get_running_loop().time()
        if token not in self._pending:
            return now
        return now + (self._until - self._clock() - self._lease * _MARGIN).total_seconds()

    async def _renew_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                await self._renew()
            except StoreError as error:  # `next` asks again before another claim is begun
                log.warning("lease.not_renewed", extra={"error": str(error)})

    async def _renew(self) -> None:
        until = self._clock() + self._lease
        claims = [*self.pending, *self._recorded.values()]
        held = await self._extend(claims, until)
        # A claim that was done meanwhile is not lost: the store has ended its lease.
        lost = {claim.token for claim in claims}.difference(held) & self._pending.keys()
        for token in lost:
            self.done(token)
        if lost:
            log.warning("lease.lost", extra={"taken_over": len(lost)})
        self._until = until
        for token, deadline in self._deadlines.items():
            if not deadline.expired():
                deadline.reschedule(self._ends_at(token))
