"""Work lets the pages of the moment go first, and is never held up for long."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

from monitor.web.site.turns import LEAST_TURN, Turns

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
