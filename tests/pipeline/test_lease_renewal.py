"""Lease renewal: claims stay leased while they are processed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from monitor.domain.errors import StoreBusy
from monitor.pipeline.lease_renewal import LeaseRenewer
from tests.fakes import NOW

LEASE = timedelta(milliseconds=30)


@dataclass(frozen=True)
class Ticket:
    """A claim."""

    token: str


A, B = Ticket("a"), Ticket("b")


class Holder:
    """Holds the leases, and records each request to extend them."""

    def __init__(self, *answers: set[str] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[list[str], datetime]] = []
        self.called = asyncio.Event()

    async def extend(self, claims: list[Ticket], until: datetime) -> set[str]:
        tokens = [claim.token for claim in claims]
        self.asked.append((tokens, until))
        self.called.set()
        answer = self.answers.pop(0) if self.answers else set(tokens)
        if isinstance(answer, Exception):
            raise answer
        return answer


def renewer(holder: Holder, clock=lambda: NOW, lease=LEASE) -> LeaseRenewer[Ticket]:
    return LeaseRenewer([A, B], holder.extend, clock=clock, lease=lease)


async def test_a_claim_that_is_done_is_not_renewed():
    holder = Holder()
    async with renewer(holder) as leases:
        assert await leases.next() == A
        leases.done("a")
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert await leases.next() == B
    assert holder.asked[0] == (["b"], NOW + LEASE)


async def test_a_claim_is_renewed_while_it_is_recorded_and_is_not_given_back():
    holder = Holder()
    async with renewer(holder) as leases:

        async def recording() -> None:
            assert leases.pending == [B]
            await asyncio.wait_for(holder.called.wait(), timeout=10)

        await leases.record("a", recording())
        assert await leases.still_holds("b")
    assert holder.asked[0] == (["b", "a"], NOW + LEASE)
    assert holder.asked[-1] == (["b"], NOW + LEASE)


async def test_a_claim_done_during_its_renewal_is_not_counted_as_lost(caplog):
    class Finishing(Holder):
        async def extend(self, claims: list[Ticket], until: datetime) -> set[str]:
            leases.done("a")  # committed meanwhile: the store has ended its lease
            await super().extend(claims, until)
            return {"b"}

    holder = Finishing()
    async with renewer(holder) as leases:
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert await leases.next() == B
    assert "lease.lost" not in caplog.text


async def test_a_store_that_fails_once_ends_no_lease():
    holder = Holder(StoreBusy("locked"))
    async with renewer(holder) as leases:
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert leases.pending == [A, B]


async def test_a_claim_lost_while_the_process_stood_still_is_not_begun():
    holder, times = Holder({"b"}), [NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), NOW]
    leases = renewer(holder, clock=times.pop)
    assert await leases.next() == B
    assert leases.pending == [B]


async def test_no_claim_is_begun_after_its_lease_ran_out_while_the_store_fails():
    holder, times = Holder(StoreBusy("locked")), [NOW + timedelta(minutes=5)] * 2 + [NOW]
    with pytest.raises(StoreBusy):
        await renewer(holder, clock=times.pop).next()


class TestWorkWhileHeld:
    async def test_goes_on_while_the_lease_is_renewed(self):
        holder = Holder()
        long_enough = 20 * LEASE  # for a busy machine to renew in time
        async with renewer(holder, lease=long_enough) as leases, leases.while_held("a"):
            while len(holder.asked) < 4:  # longer than the first lease
                holder.called.clear()
                await asyncio.wait_for(holder.called.wait(), timeout=10)

    async def test_ends_when_another_process_has_the_lease(self):
        async with renewer(Holder({"b"})) as leases:
            with pytest.raises(TimeoutError):
                async with leases.while_held("a"):
                    await asyncio.wait_for(asyncio.Event().wait(), timeout=10)
            async with leases.while_held("b"):
                await asyncio.sleep(0)

    async def test_ends_with_the_lease_when_the_store_does_not_answer(self):
        class Silent(Holder):
            async def extend(self, claims: list[Ticket], until: datetime) -> set[str]:
                await asyncio.Event().wait()
                return set()

        async with renewer(Silent()) as leases:
            with pytest.raises(TimeoutError):
                async with leases.while_held("a"):
                    await asyncio.wait_for(asyncio.Event().wait(), timeout=10)

    async def test_does_not_begin_without_a_lease(self):
        async with renewer(Holder()) as leases:
            leases.done("a")
            with pytest.raises(TimeoutError):
                async with leases.while_held("a"):
                    await asyncio.sleep(0)
