"""What is written down: together, in order, again when it failed, and never lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from monitor.domain.errors import StoreBusy
from monitor.pipeline.group_commit import GroupCommit

SOON = timedelta(seconds=10)


class Book:
    """A store that takes its time: each commit waits for `go_on`."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.commits: list[list[int]] = []
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def write(self, pieces: Sequence[int]) -> list[bool]:
        self.asked.set()
        await self.go_on.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.commits.append(list(pieces))
        return [piece % 2 == 0 for piece in pieces]


async def kept(ledger: GroupCommit[int], *pieces: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(ledger.keep(piece)) for piece in pieces]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_during_a_commit_is_the_next_commit():
    book = Book()
    ledger = GroupCommit(book.write)
    first = await kept(ledger, 1)
    await book.asked.wait()
    rest = await kept(ledger, 2, 3, 4)
    book.go_on.set()
    assert await asyncio.gather(*first, *rest) == [False, True, False, True]
    assert book.commits == [[1], [2, 3, 4]]


async def test_a_store_that_fails_is_asked_again_and_nothing_is_out_of_order():
    book = Book(StoreBusy("locked"), StoreBusy("locked"))
    book.go_on.set()
    ledger = GroupCommit(book.write)
    assert await asyncio.gather(*await kept(ledger, 1, 2)) == [False, True]
    assert book.commits == [[1, 2]]


async def test_a_fault_of_ours_reaches_who_waits_and_the_next_piece_is_kept():
    book = Book(KeyError("oops"))
    book.go_on.set()
    ledger = GroupCommit(book.write)
    with pytest.raises(KeyError, match="oops"):
        await ledger.keep(1)
    assert await ledger.keep(2)


async def test_what_nobody_waits_for_any_more_is_kept_all_the_same():
    book = Book()
    ledger = GroupCommit(book.write)
    (gone,) = await kept(ledger, 1)
    gone.cancel()
    with suppress(asyncio.CancelledError):
        await gone
    book.go_on.set()
    await ledger.close(SOON)
    assert book.commits == [[1]]


async def test_closing_does_not_wait_for_ever():
    ledger = GroupCommit(Book().write)
    (waiting,) = await kept(ledger, 1)
    await ledger.close(timedelta())
    assert not waiting.done()
    waiting.cancel()


async def test_closing_what_was_never_used_is_nothing():
    await GroupCommit(Book().write).close(SOON)
