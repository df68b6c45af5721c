"""Hostile feeds beside good ones: nobody waits for them, and they cost the service little."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.collect.http.fetcher import HttpFetcher
from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState
from monitor.net import egress
from monitor.pipeline import poll
from monitor.store.store import Store
from tests.conformance import corpora
from tests.conformance.faults_page import ASKED, THROTTLED, documented_outcomes
from tests.conformance.full_pipeline import NOW, poll_context
from tests.conformance.hostile import lying, most
from tests.contexts import claimed
from tests.fakes import feed
from tests.service.conftest import Monitor
from tests.service.publisher import opml
from tests.web_fixtures import LOOPBACK, RSS, Call, Names, Server

HUNG, GOOD = 200, 50
PLACES = 50  # poll.connections, as shipped
GIVEN_UP = timedelta(
    seconds=2
)  # poll.timeout is 30 s: all that is waited for here is 15 times that
SPARE_MB = 100
# The server needs long to make one of them; the others make their whole host wait.
LEFT_OUT = {"gzip-chain", *THROTTLED}


async def hang(call: Call) -> None:
    """Take the request and say nothing."""
    await asyncio.Event().wait()


async def drip(call: Call) -> None:
    """Say so little that no time between two bytes is long."""
    await call.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        await asyncio.sleep(0.2)
        await call.send(b" ")


async def test_two_hundred_feeds_that_hang_delay_none_of_the_others(server: Server, tmp_path: Path):
    """All hundreds are asked first, each at a host of its own: none waits for a neighbour.

    A place that a hung feed has is free after the timeout, so the last good one waits for 200 ÷ 50
    timeouts: 2 minutes as shipped, of the 5 minutes that are the least between two polls.
    """
    port = server.base.rpartition(":")[2]
    server.on("/hang", hang)
    server.on("/drip", drip)
    server.serve("/good", RSS)
    hung = [feed(f"h{n}", url=f"http://h{n}.example:{port}/{'drip' if n % 2 else 'hang'}")
            for n in range(HUNG)]  # fmt: skip
    good = [feed(f"g{n}", url=f"http://g{n}.example:{port}/good") for n in range(GOOD)]
    settled: dict[str, float] = {}

    def note(polled: Sequence[PollResult]) -> None:
        settled.update((result.feed_key, time.monotonic() - began) for result in polled)

    ask = egress.open_session(
        allow=LOOPBACK, connections=PLACES, per_host=4, resolver=Names(["127.0.0.1"])
    )
    with Store.open(f"sqlite:///{tmp_path / 'hung.db'}") as store:
        store.feeds.add_all([*hung, *good])
        async with poll_context(store, at_once=PLACES) as context, ask as session:
            asking = HttpFetcher(session, user_agent="Test/1", timeout=GIVEN_UP)
            began = time.monotonic()
            polled = await poll.poll(
                claimed(store), NOW, replace(context, fetcher=asking), on_commit=note
            )
    states = {result.feed_key: result.state for result in polled}
    assert {states[feed.key].state for feed in good} == {FeedState.OK}
    assert {(states[feed.key].last_error or "").partition(":")[0] for feed in hung} == {"timeout"}
    latest = max(settled[feed.key] for feed in good)
    print(f"the last good feed was read after {latest:.1f} s")  # noqa: T201 - shown with -s
    waves = HUNG / PLACES * GIVEN_UP.total_seconds()
    assert latest < 3 * waves  # on a machine that has other work


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a process needs /proc")
@corpora.needs_tool
def test_the_service_stays_small_while_it_reads_what_is_hostile(monitor: Monitor):
    """Every fault of the fault server, against `monitor run`."""
    monitor.environment["MONITOR_POLL__TIMEOUT"] = "5s"  # for those that hang
    monitor.environment["MONITOR_POLL__TICK"] = "1s"
    queries = ASKED | {"gzip-bomb": "?mb=100"}
    with corpora.serving() as faults, lying() as host:
        offered = [
            f"{faults}/f/{n}{queries.get(n, '')}" for n in documented_outcomes().keys() - LEFT_OUT
        ]
        watch(monitor, [f"{host}/good/{n}" for n in range(24)])
        service = monitor.start("run")
        try:
            read_all(monitor)
            Path(f"/proc/{service.pid}/clear_refs").write_text("5")  # forget the highest until now
            idle = most(service.pid)
            watch(monitor, offered)
            read_all(monitor)
            highest = most(service.pid)
        finally:
            service.terminate()
            service.communicate(timeout=60)
    print(f"idle {idle:.0f} MB, at most {highest:.0f} MB")  # noqa: T201 - shown with -s
    assert highest < idle + SPARE_MB


def watch(monitor: Monitor, urls: Sequence[str]) -> None:
    """Add these feeds to what the service watches."""
    file = monitor.folder / "feeds.opml"
    file.write_text(opml(*urls), encoding="utf-8")
    monitor("feeds", "import", str(file))


def read_all(monitor: Monitor) -> None:
    """Until each feed was asked."""
    until = time.monotonic() + 120
    while any(row["state"] == "new" for row in monitor.json("feeds", "list")):
        assert time.monotonic() < until, "not all were asked"
