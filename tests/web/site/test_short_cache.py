"""A cache of answers for some seconds."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from datetime import timedelta

import pytest

from monitor.web.site.short_cache import ShortCache
from tests.web.conftest import Clock

MINUTE = timedelta(minutes=1)


class Counter:
    """Answers with the number of the call."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self) -> int:
        self.calls += 1
        await asyncio.sleep(0)
        return self.calls


async def test_an_answer_is_computed_once_a_minute():
    clock, counter = Clock(), Counter()
    cache = ShortCache[int](clock, MINUTE)
    assert [await cache.get("a", counter) for _ in range(3)] == [1, 1, 1]
    clock.later(MINUTE)
    assert await cache.get("a", counter) == 2


async def test_requests_at_the_same_time_share_one_computation():
    counter = Counter()
    cache = ShortCache[int](Clock(), MINUTE)
    answers = await asyncio.gather(*(cache.get("a", counter) for _ in range(20)))
    assert (set(answers), counter.calls) == ({1}, 1)


async def test_keys_have_answers_of_their_own_and_the_oldest_is_dropped():
    counter = Counter()
    cache = ShortCache[int](Clock(), MINUTE)
    assert [await cache.get(key, counter) for key in range(65)] == list(range(1, 66))
    assert await cache.get(64, counter) == 65
    assert await cache.get(0, counter) == 66


async def test_an_error_is_raised_and_asked_for_again():
    cache = ShortCache[int](Clock(), MINUTE)

    async def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await cache.get("a", fail)
    assert await cache.get("a", Counter()) == 1


async def test_a_clock_that_steps_back_computes_anew():
    clock, counter = Clock(), Counter()
    cache = ShortCache[int](clock, MINUTE)
    await cache.get("a", counter)
    clock.later(-2 * MINUTE)
    assert await cache.get("a", counter) == 2


async def test_with_grace_nobody_waits_for_an_answer_that_many_ask_for():
    clock, counter = Clock(), Counter()
    cache = ShortCache[int](clock, MINUTE, grace=MINUTE)
    await cache.get("a", counter)
    clock.later(MINUTE)
    assert [await cache.get("a", counter) for _ in range(3)] == [1, 1, 1]
    await asyncio.sleep(0)  # the computation begins
    await asyncio.sleep(0)  # and ends
    assert (await cache.get("a", counter), counter.calls) == (2, 2)
    clock.later(2 * MINUTE)
    assert await cache.get("a", counter) == 3


async def test_an_error_while_an_old_answer_is_given_is_asked_for_again():
    clock = Clock()
    cache = ShortCache[int](clock, MINUTE, grace=MINUTE)
    await cache.get("a", Counter())

    async def fail() -> int:
        raise ValueError("no")

    clock.later(MINUTE)
    assert await cache.get("a", fail) == 1
    await asyncio.sleep(0)
    assert await cache.get("a", fail) == 1
    clock.later(MINUTE)
    with pytest.raises(ValueError, match="no"):
        await cache.get("a", fail)


async def test_an_answer_is_computed_although_who_asked_has_left():
    counter = Counter()
    cache = ShortCache[int](Clock(), MINUTE)
    asking = asyncio.create_task(cache.get("a", counter))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await cache.get("a", counter), counter.calls) == (1, 1)


async def test_an_answer_that_is_computed_meanwhile_does_not_belong_to_the_page_that_asks():
    clock, page = Clock(), ContextVar[str]("page", default="none")
    cache = ShortCache[str](clock, MINUTE, grace=MINUTE)

    async def page_of_computation() -> str:
        return page.get()

    page.set("first")
    assert await cache.get("a", page_of_computation) == "first"
    clock.later(MINUTE)
    assert await cache.get("a", page_of_computation) == "first"  # the old answer
    await asyncio.sleep(0)  # the computation begins
    await asyncio.sleep(0)  # and ends
    assert await cache.get("a", page_of_computation) == "none"


async def test_an_answer_can_be_begun_and_is_there_later():
    clock, counter = Clock(), Counter()
    cache = ShortCache[int](clock, MINUTE, grace=MINUTE)
    assert not cache.has("a")
    cache.begin("a", counter)
    cache.begin("a", counter)
    assert await cache.get("a", counter) == 1
    assert cache.has("a")
    clock.later(2 * MINUTE)
    assert not cache.has("a")
