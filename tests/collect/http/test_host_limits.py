"""At one host only so many at a time, in order; other hosts don't wait."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.collect.http.host_limits import HostLimiter
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

SOON = timedelta(seconds=0.05)
LATE = timedelta(seconds=30)


async def test_requests_to_one_host_are_limited_and_all_run():
    limiter, active, highest, order = HostLimiter(per_host=2, patience=LATE), 0, 0, []

    async def ask(number: int) -> None:
        nonlocal active, highest
        async with limiter.slot("a.example"):
            active += 1
            highest = max(highest, active)
            order.append(number)
            await asyncio.sleep(0)
            active -= 1

    await asyncio.gather(*map(ask, range(9)))
    assert highest == 2
    assert order == list(range(9))


async def test_another_host_does_not_wait():
    limiter = HostLimiter(per_host=1, patience=SOON)
    async with limiter.slot("a.example"), limiter.slot("b.example"):
        pass


async def test_a_wait_that_is_too_long_fails_with_the_reason_and_frees_its_place():
    limiter = HostLimiter(per_host=1, patience=SOON)
    async with limiter.slot("a.example"):
        with pytest.raises(FetchError, match=r"other feeds of a\.example") as raised:
            async with limiter.slot("a.example"):
                pass
    assert raised.value.reason is FeedReason.BUSY
    async with limiter.slot("a.example"):
        pass


async def test_a_slot_is_released_when_the_fetch_fails():
    limiter = HostLimiter(per_host=1, patience=SOON)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with limiter.slot("a.example"):
                raise ZeroDivisionError


async def test_no_limit_is_no_limit():
    limiter = HostLimiter(per_host=0, patience=SOON)
    async with limiter.slot("a.example"), limiter.slot("a.example"), limiter.slot("a.example"):
        pass


async def begun(limiter: HostLimiter, count: int, **options: bool) -> list[float]:
    """When each of so many began, in seconds from the first."""
    loop, times = asyncio.get_running_loop(), []
    for _ in range(count):
        async with limiter.slot("a.example", **options):
            times.append(loop.time())
    return [at - times[0] for at in times]


async def test_the_first_requests_start_at_once_and_later_ones_are_spaced():
    limiter = HostLimiter(per_host=3, patience=LATE, spacing=SOON)
    times = await begun(limiter, 5)
    gap = SOON.total_seconds()
    assert times[3] >= 0.9 * gap
    assert times[4] >= 0.9 * 2 * gap


async def test_the_operators_own_hosts_need_no_spacing():
    limiter = HostLimiter(per_host=1, patience=SOON, spacing=LATE * 9)
    assert len(await begun(limiter, 5, spaced=False)) == 5


async def test_a_spacing_that_takes_too_long_fails():
    limiter = HostLimiter(per_host=1, patience=SOON, spacing=LATE)
    await begun(limiter, 1)
    with pytest.raises(FetchError, match=r"too many feeds of a\.example are waiting"):
        await begun(limiter, 1)


async def test_a_retry_after_for_one_feed_pauses_the_others_of_its_host():
    limiter = HostLimiter(per_host=1, patience=SOON)
    limiter.pause("a.example", LATE)
    with pytest.raises(FetchError, match="asked for a pause") as raised:
        await begun(limiter, 1)
    assert raised.value.reason is FeedReason.BUSY
    assert timedelta() < raised.value.retry_after <= LATE
    async with limiter.slot("b.example"):
        pass
