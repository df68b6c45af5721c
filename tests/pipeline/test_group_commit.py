"""Group commit: items are stored together, in order, and retried; none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from monitor.domain.errors import StoreBusy
from monitor.pipeline.group_commit import GroupCommit

SOON = timedelta(seconds=10)


class SlowStore:
    """Stores items when `proceed` is set; raises the given errors first."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.commits: list[list[int]] = []
        self.started = asyncio.Event()
        self.proceed = asyncio.Event()

    async def store(self, items: Sequence[int]) -> list[bool]:
        self.started.set()
        await self.proceed.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.commits.append(list(items))
        return [item % 2 == 0 for item in items]


async def written(group_commit: GroupCommit[int], *items: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(group_commit.write(item)) for item in items]
    await asyncio.sleep(0)
    return tasks


async def test_items_that_arrive_during_a_commit_form_the_next_one():
    store = SlowStore()
    group_commit = GroupCommit(store.store)
    first = await written(group_commit, 1)
    await store.started.wait()
    rest = await written(group_commit, 2, 3, 4)
    store.proceed.set()
    assert await asyncio.gather(*first, *rest) == [False, True, False, True]
    assert store.commits == [[1], [2, 3, 4]]


async def test_a_failed_commit_is_retried_in_order():
    store = SlowStore(StoreBusy("locked"), StoreBusy("locked"))
    store.proceed.set()
    group_commit = GroupCommit(store.store)
    assert await asyncio.gather(*await written(group_commit, 1, 2)) == [False, True]
    assert store.commits == [[1, 2]]


async def test_an_unexpected_error_reaches_the_caller_and_the_next_item_is_stored():
    store = SlowStore(KeyError("oops"))
    store.proceed.set()
    group_commit = GroupCommit(store.store)
    with pytest.raises(KeyError, match="oops"):
        await group_commit.write(1)
    assert await group_commit.write(2)


async def test_an_item_whose_caller_was_cancelled_is_stored_all_the_same():
    store = SlowStore()
    group_commit = GroupCommit(store.store)
    (cancelled,) = await written(group_commit, 1)
    cancelled.cancel()
    with suppress(asyncio.CancelledError):
        await cancelled
    store.proceed.set()
    await group_commit.close(SOON)
    assert store.commits == [[1]]


async def test_closing_waits_for_a_limited_time():
    group_commit = GroupCommit(SlowStore().store)
    (waiting,) = await written(group_commit, 1)
    await group_commit.close(timedelta())
    assert not waiting.done()
    waiting.cancel()


async def test_closing_an_unused_group_commit_returns_at_once():
    await GroupCommit(SlowStore().store).close(SOON)
