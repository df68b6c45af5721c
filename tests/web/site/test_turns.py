"""Work lets the pages of the moment go first; urgent counts come before the others."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

from monitor.web.site.turns import LEAST_TURN, CountOrder, Turns

MINUTE = timedelta(minutes=1)


def work(turns: Turns) -> threading.Thread:
    """A thread that gives way once."""
    thread = threading.Thread(target=turns.give_way)
    thread.start()
    return thread


def test_without_a_page_work_goes_on_at_once():
    Turns(longest_wait=MINUTE).give_way()


def test_work_waits_until_the_page_is_answered():
    turns = Turns(longest_wait=MINUTE)
    page = turns.begin_page()
    thread = work(turns)
    thread.join(timeout=0.05)
    assert thread.is_alive()
    turns.end_page(page)
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_work_waits_for_the_pages_of_the_moment_only():
    turns = Turns(longest_wait=MINUTE)
    first = turns.begin_page()
    thread = work(turns)
    thread.join(timeout=0.05)
    turns.begin_page()
    turns.end_page(first)
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_page_that_takes_long_holds_work_up_for_the_longest_wait_only():
    turns = Turns(longest_wait=timedelta(milliseconds=1))
    turns.begin_page()
    turns.give_way()


def test_work_that_has_given_way_has_a_turn():
    now, pages = 100.0, []

    def clock() -> float:
        turns.end_page(pages[0])  # the first page is answered while work is about to wait
        return now

    turns = Turns(clock=clock, longest_wait=MINUTE)
    pages.append(turns.begin_page())
    turns.give_way()
    pages.append(turns.begin_page())
    turns.give_way()  # at once: its turn has just begun
    now += 2 * LEAST_TURN.total_seconds()
    thread = work(turns)
    thread.join(timeout=0.05)
    assert thread.is_alive()
    turns.end_page(pages[1])
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_a_page_that_changes_something_holds_nothing_up():
    """It waits for the transaction of the work: each would wait for the other."""
    turns = Turns(longest_wait=MINUTE)

    async def answer() -> None:
        page = turns.begin_page()
        turns.stop_waiting()
        turns.give_way()
        turns.end_page(page)

    asyncio.run(answer())


def test_outside_a_page_there_is_nothing_to_stop_waiting_for():
    Turns().stop_waiting()


class Counts:
    """Counts that last until they are let go on, and the order in which they began."""

    def __init__(self) -> None:
        self.order = CountOrder()
        self.begun: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def ask(self, name: str, *, is_urgent: bool = False) -> asyncio.Task[None]:
        """Ask for a count, which begins or waits."""
        self._ends[name] = asyncio.Event()
        task = asyncio.create_task(self._count(name, is_urgent))
        await asyncio.sleep(0)
        return task

    async def _count(self, name: str, is_urgent: bool) -> None:
        async with self.order.turn(is_urgent=is_urgent):
            self.begun.append(name)
            await self._ends[name].wait()

    async def finish(self, *names: str) -> None:
        """Let these counts end, one after the other."""
        for name in names:
            self._ends[name].set()
            for _ in range(4):  # the end, the hand-over, the next one
                await asyncio.sleep(0)


async def test_urgent_counts_come_before_those_that_wait_longer() -> None:
    counts = Counts()
    tasks = [await counts.ask(name) for name in ("first", "second", "third")]
    tasks += [await counts.ask(name, is_urgent=True) for name in ("queue", "other queue")]
    assert counts.begun == ["first"]
    await counts.finish("first", "queue", "other queue", "second", "third")
    assert counts.begun == ["first", "queue", "other queue", "second", "third"]
    await asyncio.gather(*tasks)


async def test_a_count_begins_at_once_when_all_before_have_ended() -> None:
    counts = Counts()
    for name in ("first", "second"):
        task = await counts.ask(name)
        assert counts.begun[-1] == name
        await counts.finish(name)
        await task


async def test_who_leaves_while_waiting_is_left_out() -> None:
    counts = Counts()
    first, second, third = [await counts.ask(name) for name in ("first", "second", "third")]
    second.cancel()
    await counts.finish("first")
    assert counts.begun == ["first", "third"]
    await counts.finish("third")
    await asyncio.gather(first, third)


async def test_who_leaves_when_it_is_their_turn_hands_it_over() -> None:
    counts = Counts()
    first, second, third = [await counts.ask(name) for name in ("first", "second", "third")]
    first.cancel()
    await asyncio.sleep(0)  # the turn is given to the second, which has not gone on yet
    second.cancel()
    await counts.finish("third")
    assert counts.begun == ["first", "third"]
    await third
