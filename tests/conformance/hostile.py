"""Mutated feeds against the real collector: how each ends, and what it costs in memory."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.domain.alerts import PollCounts
from monitor.domain.feeds import Feed, FeedState
from monitor.domain.keys import key_of
from monitor.domain.reasons import FeedReason
from monitor.pipeline import poll
from monitor.pipeline.poll_context import PollContext
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from tests.bench.measure import descendants
from tests.conformance.checks import READ
from tests.conformance.full_pipeline import NOW
from tests.fakes import feed

AT_ONCE = 400  # as many feeds as the service takes on together
_LOOK = 0.02  # seconds between two looks at the children's memory
_OWN = re.compile(r"VmHWM:\s+(\d+) kB")
_LATER = timedelta(days=30)  # then all are due again
_LATEST = timedelta(seconds=120)  # for all good feeds together, on a machine that has other work
REASONS = {reason.value for reason in FeedReason}
CRASHES = {FeedReason.CRASH.value}


@dataclass
class Memory:
    """Megabytes: of this process when it had nothing to do, at its most, and of one child."""

    idle: float = 0.0
    peak: float = 0.0
    child: float = 0.0


@dataclass
class Ends:
    """How all the polls ended."""

    polls: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    parser_failures: list[str] = field(default_factory=list)  # documents on which the parser fails
    crashes: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)  # an end that is on no list
    stuck: int = 0  # places that no good feed could take at the end
    slowest: timedelta = timedelta()  # a group of feeds
    memory: Memory = field(default_factory=Memory)

    @property
    def is_well(self) -> bool:
        return not (self.crashes or self.nameless or self.parser_failures or self.stuck)

    def add(self, name: str, polled: PollCounts) -> None:
        """Count one poll; `name` is what reproduces it."""
        state, error = polled.state.state, polled.state.last_error or ""
        reason = error.partition(":")[0]
        end = state.value if state in READ or state is FeedState.UNCHANGED else reason
        self.polls += 1
        self.ends[end] += 1
        if end in CRASHES:
            self.crashes.append(f"{name}: {error}")
        elif state not in {*READ, FeedState.UNCHANGED} and reason not in REASONS:
            self.nameless.append(f"{name}: {state}: {error}")
        if "parser fail" in error:
            self.parser_failures.append(f"{name}: {error}")


@contextmanager
def lying() -> Iterator[str]:
    """The address of a server of mutated answers."""
    command = [sys.executable, "-m", "tests.conformance.fault_publisher"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def play(
    host: str, folder: Path, numbers: Sequence[int], *, versions: int = 2, cpu: str = "10s"
) -> Ends:
    """Poll each of these, in groups as the service does; then as many good ones as have a place.

    `versions` of each come one after another: what was read of the first has a say in how the
    second is.  `cpu` is what a document may use in its child.
    """
    config = folder / "monitor.toml"
    poll = f'per_host = 50\nparse_cpu = "{cpu}"'
    config.write_text(f'[egress]\nallow = ["127.0.0.0/8"]\n[poll]\n{poll}\n')
    chosen = loader.load(config, environment={})
    ends, run_in_store = Ends(), build.StoreThread()
    try:
        with Store.open(f"sqlite:///{folder / 'hostile.db'}") as store:
            async with build.poll_context(chosen, store, run_in_store) as context:
                await _good(host, context, "before")
                with watched(ends.memory):
                    await _groups(host, context, numbers, versions, ends)
                    ends.stuck = await _good(host, context, "after")
    finally:
        run_in_store.close()
    return ends


async def _groups(
    host: str, context: PollContext, numbers: Sequence[int], versions: int, ends: Ends
) -> None:
    for begin in range(0, len(numbers), AT_ONCE):
        group = {key_of(str(n)): n for n in numbers[begin : begin + AT_ONCE]}
        feeds = [feed(key, url=f"{host}/{n}") for key, n in group.items()]
        for version in range(versions):
            started = time.monotonic()
            for counts in await _polled(feeds, NOW + version * _LATER, context):
                ends.add(f"--case {group[counts.feed_key]} (version {version})", counts)
            ends.slowest = max(ends.slowest, timedelta(seconds=time.monotonic() - started))
        for key in group:
            context.store.feeds.set_paused(key, True, NOW)


async def _polled(feeds: Sequence[Feed], now: datetime, context: PollContext) -> list[PollCounts]:
    """Poll these as the store has them."""
    context.store.feeds.add_all(feeds)
    due = context.store.feeds.claim(now, limit=len(feeds), lease=context.lease)
    return await poll.poll(due, now, context)


async def _good(host: str, context: PollContext, when: str) -> int:
    """One good feed for each place there is: how many are not read."""
    places = AT_ONCE // 8
    feeds = [feed(key_of(f"{when} {n}"), url=f"{host}/good/{when}/{n}") for n in range(places)]
    try:
        async with asyncio.timeout(_LATEST.total_seconds()):
            polled = await _polled(feeds, NOW, context)
    except TimeoutError:
        return places
    for counts in polled:
        context.store.feeds.set_paused(counts.feed_key, True, NOW)
    return places - sum(counts.state.state in READ for counts in polled)


# ── memory ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def watched(memory: Memory) -> Iterator[None]:
    """Note how much memory this process and each of its children have at most meanwhile."""
    process_id, ended = os.getpid(), threading.Event()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # forget the highest until now
    memory.idle = most(process_id)

    def look() -> None:
        while not ended.wait(_LOOK):
            for child in descendants(process_id):
                memory.child = max(memory.child, most(child))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join()
        memory.peak = most(process_id)


def most(pid: int) -> float:
    """The most memory a process ever had resident, in megabytes; 0 where nobody knows."""
    try:
        match = _OWN.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(match[1]) * 1024 / 1e6 if match else 0.0
