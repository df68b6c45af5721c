"""Delivery benchmark: `python -m tests.bench.delivering PORT HOSTS` prints JSON.

The scheduler, the store (SQLite, synchronous=FULL) and the webhook channel are the service's own;
the receivers are those of `server.py`.  For the pace, feeds come due one after another and each
brings one new article; they are not asked over the network, and nothing is judged, so that what is
measured is the way from a commit to the receiver.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from monitor.alerts import match
from monitor.classify.rules.keywords import KeywordRules
from monitor.deliver.transports.signature import new_secret
from monitor.domain.alerts import Attempt, ChannelKind, Outcome, PollResult, Subscription
from monitor.domain.articles import Article, Verdict
from monitor.domain.feeds import Entry, Feed, Fetched, Parsed, PollState
from monitor.domain.keys import key_of
from monitor.domain.messages import Message
from monitor.domain.ports import Channel
from monitor.pipeline.deliver import DeliveryContext
from monitor.pipeline.poll_context import Current, LiveSettings, PollContext, Topic
from monitor.runtime import build
from monitor.runtime.service import Service, Ticks
from monitor.settings import loader
from monitor.store.store import Store
from tests.bench import feeds, inside

ALERTS, SUBSCRIPTIONS = 2_000, 20  # pending when the service starts
PACE, SECONDS = 50, 10  # alerts per second, seconds
LIMIT = timedelta(milliseconds=250)


def main(port: int, hosts: int) -> dict[str, object]:
    """All figures, in milliseconds unless the name says otherwise."""
    addresses = [f"http://127.0.0.{1 + n % hosts}:{port}/hook" for n in range(SUBSCRIPTIONS)]
    waiting = asyncio.run(_waiting(addresses))
    steady = asyncio.run(_paced(addresses, hangs=False))
    hung = asyncio.run(_paced(addresses, hangs=True))
    sent = waiting.pop("told") + steady["told"] + hung["told"]
    return {**waiting, "steady": steady, "hung": hung, "told": sent}


@asynccontextmanager
async def _delivery(
    addresses: Sequence[str],
) -> AsyncIterator[tuple[Store, DeliveryContext, build.StoreThread]]:
    """A fresh database with a subscription for each address, and a delivery context on it."""
    with TemporaryDirectory(prefix="watchpost-bench-") as folder:
        chosen = loader.load(
            environment={},
            overrides={
                "database": {"url": f"sqlite:///{folder}/store.db"},
                "egress": {"allow": ["127.0.0.0/8"]},
            },
        )
        with build.open_store(chosen) as store, closing(build.StoreThread()) as run_in_store:
            for number, address in enumerate(addresses):
                store.subscriptions.add(_subscription(number, address))
            async with build.delivery_context(chosen, store, run_in_store) as delivery:
                yield store, delivery, run_in_store


def _subscription(number: int, address: str) -> Subscription:
    """A subscription to every twentieth feed, starting at its own number."""
    expected = range(number, PACE * SECONDS, SUBSCRIPTIONS)
    return Subscription(
        key=key_of("subscription", str(number)),
        name=f"receiver {number}",
        channel=ChannelKind.WEBHOOK,
        address=address,
        signing_secret=new_secret(),
        feeds=frozenset(f"feed{feed}" for feed in expected),
        created_at=datetime.now(UTC),
    )


# ── all at once ──────────────────────────────────────────────────────────────────────────────────


async def _waiting(addresses: Sequence[str]) -> dict[str, Any]:
    """Send pending alerts as fast as possible."""
    async with _delivery(addresses) as (store, delivery, _):
        count = _store_alerts(store)
        started, cpu = time.perf_counter(), time.process_time()
        attempts = await _serve(delivery, None, until=count)
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert all(attempt.outcome is Outcome.SENT for attempt in attempts)
    return {"told": count, "per_second": count / wall, "cpu_ms": cpu / count * 1000}


def _store_alerts(store: Store) -> int:
    now = datetime.now(UTC)
    polled = []
    for number in range(SUBSCRIPTIONS):
        key = f"feed{number}"
        store.feeds.add(Feed(key=key, url=f"https://{key}.example", poll=PollState(due_at=now)))
        items = [feeds.item(number, serial) for serial in range(ALERTS // SUBSCRIPTIONS)]
        articles = [_relevant(inside.article(key, item), now) for item in items]
        alerts = match.alerts(articles, store.subscriptions.list())
        state = PollState(due_at=now + timedelta(days=1))
        polled.append(
            PollResult(feed_key=key, state=state, articles=tuple(articles), alerts=alerts)
        )
    return sum(len(done.alerts) for done in store.commit(polled))


def _relevant(article: Article, now: datetime) -> Article:
    decision = replace(article.decision, relevant=True)
    return replace(article, seen_at=now, backlog=False, decision=decision)


async def _serve(
    delivery: DeliveryContext, polling: PollContext | None, *, until: int
) -> list[Attempt]:
    """Run the service until it has made so many attempts."""
    stop, attempts = asyncio.Event(), list[Attempt]()

    def delivered(done: Sequence[Attempt]) -> None:
        attempts.extend(done)
        if len(attempts) >= until:
            stop.set()

    service = Service(
        Ticks(
            poll=timedelta(milliseconds=100),
            deliver=timedelta(seconds=1),
            feed_lease=timedelta(minutes=5),
            feeds_at_once=400,
        ),
        poll_context=polling,
        delivery_context=delivery,
        polled=lambda polled: None,
        delivered=delivered,
        patience=timedelta(milliseconds=100),
    )
    await asyncio.wait_for(service.run(stop), timeout=120)
    return attempts


# ── at a pace ────────────────────────────────────────────────────────────────────────────────────


async def _paced(addresses: Sequence[str], *, hangs: bool) -> dict[str, Any]:
    """Time from commit to sending; the alerts of an endpoint that hangs are left out."""
    async with _silent() as silent:
        chosen = [silent, *addresses[1:]] if hangs else list(addresses)
        count = PACE * SECONDS
        async with _delivery(chosen) as (store, delivery, run_in_store):
            start = datetime.now(UTC) + timedelta(seconds=1)
            for number in range(count):
                store.feeds.add(_feed(number, start + number * timedelta(seconds=1) / PACE))
            times = _Times(run_in_store, delivery.channels[ChannelKind.WEBHOOK])
            polling = PollContext(
                store=store,
                run_in_store=times,
                fetcher=_Publisher(),
                parser=_Publisher(),
                live=Current(
                    LiveSettings(
                        topics=(Topic(classifier=_Publisher(), rules=KeywordRules([], themes=())),),
                        config="bench",
                        intervals=build.poll_intervals(loader.load(environment={})),
                    )
                ),
                connections=asyncio.Semaphore(50),
            )
            timed = replace(delivery, channels={ChannelKind.WEBHOOK: times})
            expected = count - (count // SUBSCRIPTIONS if hangs else 0)
            attempts = await _serve(timed, polling, until=expected)
    waits = [took * 1000 for key, took in times.waits().items() if key not in times.unanswered]
    return {"told": len(attempts), "p50": quantiles(waits)[1], "p95": quantiles(waits, n=20)[18]}


def _feed(number: int, due_at: datetime) -> Feed:
    read = PollState(due_at=due_at, first_ok_at=due_at - timedelta(days=1))
    return Feed(key=f"feed{number}", url=f"https://feed{number}.example", poll=read)


@asynccontextmanager
async def _silent() -> AsyncIterator[str]:
    """An endpoint that accepts connections and never responds."""
    over = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    finally:
        over.set()
        server.close()


class _Publisher:
    """A publisher and classifier: every feed has one new, relevant entry."""

    async def fetch(self, feed: Feed, /) -> Fetched:
        return Fetched(url=feed.url, status=200, body=feed.key.encode())

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        item = feeds.item(int((fetched.body or b"").removeprefix(b"feed")), 0)
        entry = Entry(title=item.title, text=item.html, url=item.address, language=item.language)
        return Parsed(title="Bench", entries=(entry,))

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [Verdict(score=0.9, threshold=0.5, themes={}, theme_thresholds={}) for _ in entries]


class _Times:
    """Records when alerts were committed, and when each was sent."""

    def __init__(self, run_in_store: build.StoreThread, channel: Channel) -> None:
        self._in_store, self._channel = run_in_store, channel
        self._committed: dict[str, float] = {}
        self._handed: dict[str, float] = {}
        self.unanswered: set[str] = set()

    async def __call__(self, call: Callable[[], Any], /) -> Any:
        return await self._in_store(partial(self._record_commits, call))

    def _record_commits(self, call: Callable[[], Any]) -> Any:
        came = call()
        for polled in came if isinstance(came, list) else []:
            for alert in polled.alerts if isinstance(polled, PollResult) else ():
                self._committed[alert.key] = time.perf_counter()
        return came

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        self._handed[message.key] = time.perf_counter()
        self.unanswered.add(message.key)
        words = await self._channel.send(message, to, now)
        self.unanswered.discard(message.key)
        return words

    def waits(self) -> dict[str, float]:
        return {key: at - self._committed[key] for key, at in self._handed.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*map(int, sys.argv[1:]))))
