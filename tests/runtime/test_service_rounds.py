"""Rounds of the service: beside each other; late ticks and clocks set back are seen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.feeds import PollState
from monitor.runtime.service import (
    Round,
    Service,
    Ticks,
    clock_went_back,
    missed_ticks,
)
from tests.contexts import poll_context, watched
from tests.fakes import FakeFetcher, feed, fetched

TICKS = Ticks(
    poll=timedelta(milliseconds=20),
    deliver=timedelta(milliseconds=20),
    feed_lease=timedelta(minutes=5),
    feeds_at_once=50,
)


async def test_other_rounds_run_beside_never_twice_at_once_and_a_fault_stops_nothing():
    at_work, peak, done = 0, 0, 0
    stop = asyncio.Event()

    async def busy(now: datetime) -> None:
        nonlocal at_work, peak, done
        at_work += 1
        peak, done = max(peak, at_work), done + 1
        with suppress(TimeoutError):  # longer than several ticks
            await asyncio.wait_for(stop.wait(), timeout=0.03)
        at_work -= 1
        if done == 1:
            raise ValueError("the first time it fails")
        if done == 3:
            stop.set()

    service = Service(
        TICKS, poll_context=None, delivery_context=None, polled=print, delivered=print
    )
    service.add(Round(name="busy", every=timedelta(milliseconds=5), work=busy))
    await asyncio.wait_for(service.run(stop), timeout=15)
    assert (done, peak) == (3, 1)


def test_a_tick_that_is_only_late_is_not_missed():
    second = timedelta(seconds=1)
    assert missed_ticks(1.9 * second, second) == 0
    assert missed_ticks(2 * second, second) == 1
    assert missed_ticks(7.5 * second, second) == 6


async def test_missed_ticks_are_reported_by_name(store):
    stop, reported = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def told(tick: str, count: int) -> None:
        reported.append((tick, count))
        stop.set()

    async def hold_up_the_loop(now: datetime) -> None:
        ends = loop.time() + 0.2
        while loop.time() < ends:
            pass

    service = Service(TICKS, poll_context=None, delivery_context=None, polled=len, delivered=len)
    service.add(Round(name="busy", every=timedelta(milliseconds=20), work=hold_up_the_loop))
    service.report_missed(told)
    await asyncio.wait_for(service.run(stop), timeout=15)
    assert reported[0][0] == "busy"
    assert reported[0][1] >= 5


async def test_a_clock_that_is_set_back_stops_nothing():
    """Without help the next tick would come when the clock is where it was: in an hour."""
    jumped, calls, stop = asyncio.Event(), [], asyncio.Event()

    async def work(now: datetime) -> None:
        calls.append(now)
        (stop if jumped.is_set() else jumped).set()

    def clock() -> datetime:
        return datetime.now(UTC) - (timedelta(hours=1) if jumped.is_set() else timedelta())

    service = Service(
        replace(TICKS, look=timedelta(milliseconds=20)),
        poll_context=None,
        delivery_context=None,
        polled=lambda polled: None,
        delivered=lambda attempts: None,
        clock=clock,
    )
    service.add(Round(name="hourly", every=timedelta(hours=1), work=work))
    await asyncio.wait_for(service.run(stop), timeout=15)
    assert len(calls) == 2


def test_small_corrections_of_the_clock_do_not_count_as_set_back():
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    assert clock_went_back(second - hour, second)
    assert not clock_went_back(second, second)
    assert not clock_went_back(second + hour, second)  # forward: ticks that are late come at once
    assert not clock_went_back(second / 2, second)


class OneHangs(FakeFetcher):
    """A publisher that never answers, among others that do."""

    async def fetch(self, asked, /):
        if asked.key == "a":
            await asyncio.Event().wait()
        return await super().fetch(asked)


async def test_feeds_that_are_due_wait_neither_for_a_tick_nor_for_one_that_hangs(store):
    names = "abcdefg"
    due_at = datetime.now(UTC) - timedelta(minutes=1)
    watched(store, *(feed(name, poll=PollState(due_at=due_at)) for name in names))
    context = poll_context(store)
    fetcher = OneHangs(**{name: [fetched(None)] for name in names})
    stop = asyncio.Event()

    async def stop_when_all_were_asked(now: datetime) -> None:
        if set(fetcher.asked) >= set(names[1:]):
            stop.set()

    service = Service(
        replace(TICKS, poll=timedelta(hours=1), feeds_at_once=2, feeds_in_claim=1),
        poll_context=replace(context, fetcher=fetcher),
        delivery_context=None,
        polled=lambda counts: None,
        delivered=print,
        patience=timedelta(),
    )
    service.add(Round(name="asked", every=timedelta(milliseconds=5), work=stop_when_all_were_asked))
    await asyncio.wait_for(service.run(stop), timeout=15)
