"""Event streams that are cut: `python -m tests.bench.live [--minutes 2] [--streams 50]`.

Streams of a real site follow a writer that makes events of every type.  Each one is cut at random
moments and resumed with the last id that it got; at the end, what it got is compared with the event
log.  The memory and the Python objects of the process, which is the site with the writer and the
readers, are printed as it goes.  A reader keeps no event: its memory would look like the site's.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp
import psutil

from monitor.access.roles import PersonRole
from monitor.domain.events.event_types import EventType
from monitor.store.events.event_log import StoredEvent
from monitor.store.store import Store
from tests.api.running_api import running_api
from tests.bench.live.live_writer import LiveWriter

_PAUSE = 2.0  # seconds between two rounds of changes
_PATIENCE = 60  # seconds after the last change, until every stream has got it
_PAGE = 500  # events
_SHOWN = 10  # times the memory is printed


@dataclass
class Follower:
    """One stream, and what came by it; events come in the order of their numbers."""

    position: str = ""
    last: int = 0  # the highest number that came
    received: int = 0  # events with a number above the one before
    repeated: int = 0  # all others: they came before
    cuts: int = 0
    broken: int = 0  # streams that ended with an error
    refused: int = 0
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until this holds; it is asked again after each event that is complete."""
        async with self.news:
            await self.news.wait_for(condition)

    async def follow(self, session: aiohttp.ClientSession, url: str) -> None:
        """Read until the stream ends or is cut."""
        headers = {"last-event-id": self.position} if self.position else {}
        async with session.get(url, headers=headers) as response:
            if response.status != 200:
                self.refused += 1
                await asyncio.sleep(0.5)
                return
            position, has_data = "", False
            async for line in response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    position = value
                elif name == "data":
                    has_data = True
                elif not name and position:  # an event is complete with its empty line
                    if has_data:
                        self._receive(int(position.partition(".")[2]))
                    self.position, position, has_data = position, "", False
                    async with self.news:
                        self.news.notify_all()

    def _receive(self, number: int) -> None:
        if number > self.last:
            self.last = number
            self.received += 1
        else:
            self.repeated += 1


async def _keep_following(
    follower: Follower, session: aiohttp.ClientSession, url: str, cuts: list[float]
) -> None:
    """Follow, cut at those seconds, and resume until cancelled."""
    start = asyncio.get_running_loop().time()
    for at in [*cuts, None]:
        left = None if at is None else max(0.0, start + at - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout(left):
                await _follow_on(follower, session, url)
        except TimeoutError:
            follower.cuts += 1


async def _follow_on(follower: Follower, session: aiohttp.ClientSession, url: str) -> None:
    """Resume whenever the stream ends."""
    while True:
        try:
            await follower.follow(session, url)
        except aiohttp.ClientError:
            follower.broken += 1
            await asyncio.sleep(0.5)


async def _write(database: str, seconds: float) -> list[StoredEvent]:
    """Change the database a round at a time; the events that were stored."""
    loop = asyncio.get_running_loop()
    start, shown = loop.time(), 0.0
    with Store.open(database) as store:
        before = store.event_log.newest()
        writer = LiveWriter(store)
        writer.begin()
        while loop.time() - start < seconds:
            writer.change()
            if loop.time() - start >= shown:
                _say_memory(shown)
                shown += seconds / _SHOWN
            await asyncio.sleep(_PAUSE)
        _say_memory(seconds)
        return stored_since(store, before.number)


def _say_memory(seconds: float) -> None:
    gc.collect()
    memory = psutil.Process().memory_info().rss / 1e6
    say(f"{seconds:6.0f} s  {memory:6.1f} MB  {len(gc.get_objects()):9,} objects")


def stored_since(store: Store, number: int) -> list[StoredEvent]:
    """All events of the log after a number."""
    stored = list[StoredEvent]()
    while (page := store.event_log.since(number, _PAGE)).events:
        stored += page.events
        number = page.reached
    return stored


async def run(streams: int, cuts: int, seconds: float) -> int:
    """0 when nothing was missed and nothing came twice."""
    choose = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        database = f"sqlite:///{Path(name) / 'live.db'}"
        async with running_api(database, Path(name)) as api:
            headers = {"authorization": f"Bearer {api.tokens[PersonRole.OPERATOR]}"}
            url = f"{api.address}/api/v1/events"
            followers = [Follower() for _ in range(streams)]
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=None)
            async with aiohttp.ClientSession(
                headers=headers, connector=connector, timeout=timeout
            ) as session:
                tasks = [
                    asyncio.create_task(
                        _keep_following(
                            follower,
                            session,
                            url,
                            sorted(choose.uniform(2, seconds) for _ in range(cuts)),
                        )
                    )
                    for follower in followers
                ]
                await _until_each(followers, lambda follower: bool(follower.position))
                stored = await _write(database, seconds)
                await _until_all_have(followers, stored)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    return _report(followers, stored)


async def _until_each(followers: list[Follower], condition: Callable[[Follower], bool]) -> None:
    """Wait until the condition holds for each of them."""
    await asyncio.gather(*(follower.until(partial(condition, follower)) for follower in followers))


async def _until_all_have(followers: list[Follower], stored: list[StoredEvent]) -> None:
    """Wait for the slowest stream: on a busy machine it is seconds behind."""
    last = max(event.number for event in stored)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await _until_each(followers, lambda follower: follower.last >= last)


def _report(followers: list[Follower], stored: list[StoredEvent]) -> int:
    missed = sum(len(stored) - follower.received for follower in followers)
    twice = sum(follower.repeated for follower in followers)
    cuts = sum(follower.cuts for follower in followers)
    refused = sum(follower.refused for follower in followers)
    broken = sum(follower.broken for follower in followers)
    types = Counter(event.type for event in stored)
    for event_type in EventType:
        say(f"{types[event_type]:6,}  {event_type}")
    say(
        f"{len(followers)} streams, {len(stored)} events, {cuts} cuts, {broken} broken streams,"
        f" {refused} refusals of a 51st stream: {missed} missed, {twice} twice"
    )
    return int(bool(missed or twice or len(types) < len(EventType)))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run it as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.live", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--cuts", type=int, default=20, help="of each stream")
    options = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns of each write after a cut
    return asyncio.run(run(options.streams, options.cuts, options.minutes * 60))


if __name__ == "__main__":
    sys.exit(main())
