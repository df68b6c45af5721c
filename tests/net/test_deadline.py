"""Deadlines: an answer that arrived while the process stood still counts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from monitor.net.deadline import within

Stop = Callable[[float], None]


@asynccontextmanager
async def answering(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.StreamReader]:
    """A connection whose answer arrives while the process stands still for a minute."""
    loop, ahead = asyncio.get_running_loop(), 0.0
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + ahead)
    client_end, server_end = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=client_end)

    def stand_still() -> None:
        nonlocal ahead
        server_end.send(b"200 OK\n")
        ahead = 60.0

    loop.call_later(0.01, stand_still)
    try:
        yield reader
    finally:
        writer.close()
        server_end.close()


async def test_an_answer_that_came_while_the_process_stood_still_is_taken(monkeypatch):
    async with answering(monkeypatch) as reader:
        assert await within(10, reader.readline()) == b"200 OK\n"


async def test_the_timeout_of_asyncio_would_lose_it(monkeypatch):
    """The cause of repeats that no kill and no receiver explains."""
    async with answering(monkeypatch) as reader:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10):
                await reader.readline()


async def test_work_without_an_answer_ends_at_the_deadline():
    never = asyncio.Event()
    with pytest.raises(TimeoutError):
        await within(0.01, never.wait())


async def test_an_error_of_the_work_is_raised():
    async def fails() -> None:
        raise ConnectionError("reset")

    with pytest.raises(ConnectionError, match="reset"):
        await within(10, fails())


async def test_the_work_ends_with_its_caller():
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    caller = asyncio.create_task(within(10, work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await asyncio.wait_for(ended.wait(), timeout=5)
