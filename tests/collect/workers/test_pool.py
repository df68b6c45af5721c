"""Documents are read in children; one that asks too much costs its child and nobody else."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from monitor.collect.workers.pool import ParserPool
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Fetched, Parsed
from monitor.domain.reasons import FeedReason

ROOT = Path(__file__).parents[3]
GOOD = b"<rss><channel><title>T</title><item><title>One</title></item></channel></rss>"
# Half a second to a minute of work for feedparser, as its size is.
SLOW = b"<rss><channel><item>" + b"<a>" * 300_000 + b"</a>" * 300_000 + b"</item></channel></rss>"
HUNGRY = b"<rss><channel><title>" + b"x" * 80_000_000


def fetched(body: bytes | None) -> Fetched:
    return Fetched(url="https://e.org/feed", status=200, body=body, content_type="text/xml")


@pytest.fixture
async def parser() -> AsyncIterator[Callable[..., ParserPool]]:
    """Make parsers; all are closed at the end, and every child is gone."""
    parsers: list[ParserPool] = []

    def make(**changes: object) -> ParserPool:
        parsers.append(ParserPool(**changes))  # type: ignore[arg-type] # the caller knows them
        return parsers[-1]

    yield make
    for pool in parsers:
        await pool.close()
    assert children() == []


def children() -> list[psutil.Process]:
    processes = psutil.Process().children()
    return [child for child in processes if child.status() != psutil.STATUS_ZOMBIE]


async def until(happened: Callable[[], bool]) -> None:
    """Look again and again, for ten seconds at most."""
    async with asyncio.timeout(10):
        while not happened():  # noqa: ASYNC110 - another process has no Event
            await asyncio.sleep(0.01)


async def refused(parser: ParserPool, body: bytes | None) -> ParseError:
    with pytest.raises(ParseError) as raised:
        await parser.parse(fetched(body))
    return raised.value


async def test_a_document_is_read(parser):
    got = await parser().parse(fetched(GOOD))
    assert isinstance(got, Parsed)
    assert [entry.title for entry in got.entries] == ["One"]


async def test_what_was_read_before_is_not_read_again(parser):
    reader = parser()
    items = [b"<item><guid>%d</guid></item>" % number for number in range(3)]
    document = b"<rss><channel>%s</channel></rss>"
    first = await reader.parse(fetched(document % b"".join(items[:2])))
    second = await reader.parse(fetched(document % b"".join(items[::-1])), first.memory)
    assert (first.seen, second.seen) == (frozenset(), {1, 2})
    assert len(second.entries) == 3


async def test_no_feed_is_a_parse_error_from_the_child(parser):
    assert (await refused(parser(), b"<html>")).reason is FeedReason.NOT_A_FEED


@pytest.mark.parametrize("body", [None, b""])
async def test_an_empty_answer_needs_no_child(parser, body):
    assert (await refused(parser(), body)).reason is FeedReason.EMPTY_BODY
    assert children() == []


async def test_children_start_when_needed_and_are_used_again(parser):
    reader = parser(workers=2)
    assert children() == []
    for _ in range(5):
        await reader.parse(fetched(GOOD))
    assert len(children()) == 1


async def test_the_size_of_the_parent_does_not_count_for_its_children(parser):
    held = b"x" * 100_000_000
    reader = parser(workers=1, memory_bytes=150 * 2**20)
    for _ in range(2):
        await reader.parse(fetched(GOOD))
    assert len(children()) == 1
    assert held


async def test_no_more_children_than_workers(parser):
    reader = parser(workers=2)
    got = await asyncio.gather(*(reader.parse(fetched(GOOD)) for _ in range(20)))
    assert len(got) == 20
    assert len(children()) <= 2


async def test_too_much_processor_time_is_reported_and_the_next_document_is_parsed(parser):
    reader = parser(workers=1, cpu=timedelta(seconds=0.3))
    error = await refused(reader, SLOW)
    assert (error.reason, error.detail) == (
        FeedReason.LIMITS,
        "parsing it took more than 0.3 s of processor time",
    )
    assert (await reader.parse(fetched(GOOD))).title == "T"


async def test_the_time_of_one_document_is_not_charged_to_the_next(parser):
    reader = parser(workers=1, cpu=timedelta(seconds=0.7))
    document = b"<rss><channel>" + b"<item><title>x</title></item>" * 500 + b"</channel></rss>"
    await reader.parse(fetched(document))
    (child,) = children()
    while sum(child.cpu_times()[:2]) < 1.5:
        await reader.parse(fetched(document))
    assert children() == [child]


async def test_too_much_real_time_is_reported_and_the_next_document_is_parsed(parser):
    reader = parser(workers=1, wall=timedelta(seconds=0.8))
    error = await refused(reader, SLOW)
    assert (error.reason, error.detail) == (
        FeedReason.LIMITS,
        "parsing it took longer than 0.8 s",
    )
    assert children() == []


async def test_too_much_memory_is_reported_and_the_next_document_is_parsed(parser):
    reader = parser(workers=1, memory_bytes=150 * 2**20)
    error = await refused(reader, HUNGRY)
    assert (error.reason, error.detail) == (
        FeedReason.LIMITS,
        "parsing it took more memory than allowed",
    )
    assert (await reader.parse(fetched(GOOD))).title == "T"


async def test_a_hostile_document_harms_only_itself(parser):
    reader = parser(workers=2, cpu=timedelta(seconds=1))
    answers = await asyncio.gather(
        reader.parse(fetched(SLOW)),
        *(reader.parse(fetched(GOOD)) for _ in range(30)),
        return_exceptions=True,
    )
    assert isinstance(answers[0], ParseError)
    assert all(isinstance(answer, Parsed) for answer in answers[1:])


async def test_an_idle_child_that_died_is_replaced(parser):
    reader = parser(workers=1)
    await reader.parse(fetched(GOOD))
    (child,) = children()
    child.kill()
    await until(lambda: not child.is_running())
    await asyncio.sleep(0.05)  # until the loop has heard of it, too
    assert (await reader.parse(fetched(GOOD))).title == "T"


async def test_a_child_that_is_killed_at_work_is_a_crash(parser):
    reader = parser(workers=1)
    await reader.parse(fetched(GOOD))
    (child,) = children()
    child.suspend()
    reading = asyncio.ensure_future(refused(reader, GOOD))
    await asyncio.sleep(0)
    child.kill()
    error = await reading
    assert (error.reason, error.detail) == (
        FeedReason.CRASH,
        "the process that parsed it ended with SIGKILL",
    )
    assert (await reader.parse(fetched(GOOD))).title == "T"


async def test_a_cancelled_parse_leaves_no_child_behind(parser):
    reader = parser(workers=1)
    reading = asyncio.ensure_future(reader.parse(fetched(SLOW)))
    await until(lambda: bool(children()))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert children() == []
    assert (await reader.parse(fetched(GOOD))).title == "T"


async def test_closing_ends_children_also_those_at_work(parser):
    reader = parser(workers=2)
    await reader.parse(fetched(GOOD))
    reading = asyncio.ensure_future(reader.parse(fetched(GOOD)))
    await asyncio.sleep(0)
    await reader.close()
    await asyncio.gather(reading, return_exceptions=True)
    assert children() == []


def test_children_end_when_their_parent_is_killed():
    program = f"""
        import asyncio, sys
        sys.path.insert(0, {str(ROOT)!r})
        from monitor.collect.workers.pool import ParserPool
        from monitor.domain.feeds import Fetched

        async def main():
            parser = ParserPool(workers=1)
            body = {GOOD!r}
            await parser.parse(Fetched(url="https://e.org/", status=200, body=body))
            print("ready", flush=True)
            await asyncio.Event().wait()

        asyncio.run(main())
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"ready\n"
    (child,) = psutil.Process(parent.pid).children()
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate(timeout=10)
    child.wait(timeout=10)
