"""What the event log costs: `python -m tests.bench.live.event_cost [--rounds 5] [--commits 200]`.

The CPU time of commits with the log and without it, in turns, on SQLite and PostgreSQL (there that
of this process); and the time of four writers of PostgreSQL with and without the lock that orders
their numbers, as a ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from monitor.domain.alerts import Outcome
from monitor.domain.events.event_types import EventType, NewEvent
from monitor.domain.feeds import FeedState
from monitor.store.commit import poll_events
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.events import event_writes
from monitor.store.repositories.outbox import RecordedAttempt
from monitor.store.schema.tables import events
from monitor.store.store import PATIENCE, Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)
from tests.store_fixtures import serving

_WRITERS = 4
_BATCH = 50  # attempts of one transaction, as the service records them
_EVENT = NewEvent(type=EventType.FEED_STATE_CHANGED, at=NOW, data={"key": "f", "state": "ok"})


def _store_nothing(*_arguments: Any, **_options: Any) -> None:
    """In place of both functions that store events."""


@contextmanager
def without_events() -> Iterator[None]:
    """Commits as they were before the log."""
    add_new, add_polls = event_writes.add, poll_events.add
    event_writes.add = poll_events.add = _store_nothing
    try:
        yield
    finally:
        event_writes.add, poll_events.add = add_new, add_polls


@dataclass
class Workload:
    """Commits of one kind after another; each is new to the database."""

    store: Store
    done: int = 0

    def begin(self) -> None:
        self.store.feeds.add(a_feed())
        self.store.subscriptions.add(a_subscription())
        self.store.commit([a_poll(a_feed())])

    def unchanged_polls(self, commits: int) -> Callable[[], None]:
        feed = a_feed()
        polled = a_poll(feed, state=replace(feed.poll, state=FeedState.UNCHANGED))

        def run() -> None:
            for _ in range(commits):
                self.store.commit([polled])

        return run

    def rejected_articles(self, commits: int) -> Callable[[], None]:
        return self._articles(commits, a_rejected_article)

    def flagged_articles(self, commits: int) -> Callable[[], None]:
        return self._articles(commits, an_article)

    def _articles(self, commits: int, make: Callable[..., Any]) -> Callable[[], None]:
        self.done += 1
        polls = [a_poll(a_feed(), make(f"{self.done} {n}", a_feed())) for n in range(commits)]

        def run() -> None:
            for polled in polls:
                self.store.commit([polled])

        return run

    def deliveries(self, commits: int) -> Callable[[], None]:
        """`commits` attempts, recorded by fifty."""
        self.done += 1
        desk = a_subscription()
        articles = [an_article(f"{self.done} {n}", a_feed()) for n in range(commits)]
        alerts = tuple(an_alert(article, desk) for article in articles)
        with without_events():
            self.store.commit([a_poll(a_feed(), *articles, alerts=alerts)])
        claims = self.store.outbox.claim(
            NOW + MINUTE, limit=commits, per_subscription=commits, lease=MINUTE
        )
        entries = [
            RecordedAttempt(
                attempt=an_attempt(claim.alert, Outcome.SENT), token=claim.token, due_at=None
            )
            for claim in claims
        ]

        def run() -> None:
            for start in range(0, commits, _BATCH):
                self.store.outbox.record_all(entries[start : start + _BATCH])

        return run


def cpu_time(run: Callable[[], None]) -> float:
    """Seconds of this process."""
    start = time.process_time()
    run()
    return time.process_time() - start


def compare(name: str, url: str, rounds: int, commits: int) -> None:
    """Print the CPU time of each kind of commit, with the log and without it."""
    with Store.open(url, upgrade=True) as store:
        workload = Workload(store)
        workload.begin()
        kinds = {
            "poll without news": workload.unchanged_polls,
            "poll with a rejected article": workload.rejected_articles,
            "poll with a flagged article": workload.flagged_articles,
            "delivery, recorded by fifty": workload.deliveries,
        }
        for kind, prepare in kinds.items():
            prepare(commits)()
            pairs = []
            for _ in range(rounds):
                with_log = cpu_time(prepare(commits))
                run = prepare(commits)
                with without_events():
                    pairs.append((with_log, cpu_time(run)))
            with_log, without = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(after / before for after, before in pairs)
            say(
                f"{name:<10}  {kind:<28}  {without / commits * 1e6:6.0f} µs without,"
                f" {with_log / commits * 1e6:6.0f} µs with the log: {ratio:.2f}"
            )


def ordered(database: Database, connection: Connection) -> None:
    """Number an event as the log does."""
    event_writes.add(database, connection, [_EVENT])


def unordered(_database: Database, connection: Connection) -> None:
    """Number an event without waiting for anybody."""
    row = {"type": _EVENT.type, "at": _EVENT.at, "data": dict(_EVENT.data)}
    connection.execute(insert(events), [row])


def elapsed(url: str, commits: int, add: Callable[[Database, Connection], None]) -> float:
    """Seconds that the writers take together, each for so many commits."""
    databases = [Database(engine.read_url(url), patience=PATIENCE) for _ in range(_WRITERS)]

    def write(database: Database) -> None:
        for _ in range(commits):
            database.write(lambda connection: add(database, connection))

    threads = [threading.Thread(target=write, args=(database,)) for database in databases]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    for database in databases:
        database.close()
    return seconds


def lock_ratio(url: str, rounds: int, commits: int) -> None:
    """Print how much longer four writers take that wait for each other's commit."""
    elapsed(url, commits, ordered)
    pairs = [
        (elapsed(url, commits, ordered), elapsed(url, commits, unordered)) for _ in range(rounds)
    ]
    ratio = statistics.median(locked / free for locked, free in pairs)
    rate = statistics.median(_WRITERS * commits / locked for locked, _ in pairs)
    say(
        f"postgresql  {_WRITERS} writers with the lock take {ratio:.2f} of the time without it"
        f" ({rate:.0f} commits a second with it on this machine)"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run it as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.live.event_cost", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--lock-only", action="store_true", help="only the writers of PostgreSQL")
    options = parser.parse_args()
    if not options.lock_only:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'cost.db'}"
            compare("sqlite", url, options.rounds, options.commits)
    with serving() as server, server.database() as url:
        if not options.lock_only:
            compare("postgresql", url, options.rounds, options.commits)
        lock_ratio(url, options.rounds, options.commits)
    return 0


if __name__ == "__main__":
    sys.exit(main())
