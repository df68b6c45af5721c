"""A lease: renewed while we work, lost where somebody else took over."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from monitor.domain.errors import StoreBusy
from monitor.pipeline.lease_renewal import LeaseRenewer
from tests.fakes import NOW

LASTS = timedelta(milliseconds=30)


class Holder:
    """Who keeps the leases; says when it was asked."""

    def __init__(self, *answers: set[str] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[list[str], datetime]] = []
        self.called = asyncio.Event()

    async def extend(self, tokens: list[str], until: datetime) -> set[str]:
        self.asked.append((tokens, until))
        self.called.set()
        answer = self.answers.pop(0) if self.answers else set(tokens)
        if isinstance(answer, Exception):
            raise answer
        return answer


def lease(holder: Holder, clock=lambda: NOW, lasts: timedelta = LASTS) -> LeaseRenewer[int]:
    return LeaseRenewer({"a": 1, "b": 2}, holder.extend, clock=clock, lasts=lasts)


async def test_what_is_done_is_not_renewed():
    holder = Holder()
    async with lease(holder) as ours:
        assert await ours.next() == 1
        ours.done("a")
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert await ours.next() == 2
    assert holder.asked[0] == (["b"], NOW + LASTS)


async def test_what_was_done_while_it_was_asked_for_is_not_lost(caplog):
    class Finishing(Holder):
        async def extend(self, tokens: list[str], until: datetime) -> set[str]:
            ours.done("a")  # settled in between: the store has freed it
            await super().extend(tokens, until)
            return {"b"}

    holder = Finishing()
    async with lease(holder) as ours:
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert await ours.next() == 2
    assert "lease.lost" not in caplog.text


async def test_a_store_that_is_out_for_a_while_ends_no_lease():
    holder = Holder(StoreBusy("locked"))
    async with lease(holder) as ours:
        await asyncio.wait_for(holder.called.wait(), timeout=10)
        assert ours.tokens == ["a", "b"]


async def test_what_was_taken_over_while_this_process_stood_still_is_not_begun():
    holder, times = Holder({"b"}), [NOW + timedelta(minutes=5), NOW + timedelta(minutes=5), NOW]
    ours = lease(holder, clock=times.pop)
    assert await ours.next() == 2
    assert ours.tokens == ["b"]


async def test_nothing_is_begun_that_may_be_taken_over_when_nobody_can_be_asked():
    holder, times = Holder(StoreBusy("locked")), [NOW + timedelta(minutes=5)] * 2 + [NOW]
    with pytest.raises(StoreBusy):
        await lease(holder, clock=times.pop).next()
