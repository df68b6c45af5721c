"""At one host only so many at a time, in order; other hosts don't wait."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.collect.turns import Turns
from monitor.errors import FetchError
from monitor.reasons import FeedReason

SOON = timedelta(seconds=0.05)
LATE = timedelta(seconds=30)


async def test_only_so_many_are_at_one_host_and_all_get_there():
    turns, here, most, order = Turns(per_host=2, patience=LATE), 0, 0, []

    async def ask(number: int) -> None:
        nonlocal here, most
        async with turns.at("a.example"):
            here += 1
            most = max(most, here)
            order.append(number)
            await asyncio.sleep(0)
            here -= 1

    await asyncio.gather(*map(ask, range(9)))
    assert most == 2
    assert order == list(range(9))


async def test_another_host_does_not_wait():
    turns = Turns(per_host=1, patience=SOON)
    async with turns.at("a.example"), turns.at("b.example"):
        pass


async def test_who_waits_too_long_is_told_why_and_leaves_the_others_their_turn():
    turns = Turns(per_host=1, patience=SOON)
    async with turns.at("a.example"):
        with pytest.raises(FetchError, match=r"other feeds of a\.example") as raised:
            async with turns.at("a.example"):
                pass
    assert raised.value.reason is FeedReason.TIMEOUT
    async with turns.at("a.example"):
        pass


async def test_a_turn_is_given_back_when_the_fetch_fails():
    turns = Turns(per_host=1, patience=SOON)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with turns.at("a.example"):
                raise ZeroDivisionError


async def test_no_limit_is_no_limit():
    turns = Turns(per_host=0, patience=SOON)
    async with turns.at("a.example"), turns.at("a.example"), turns.at("a.example"):
        pass
