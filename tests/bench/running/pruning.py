"""Prune of many articles while a service polls: `python -m tests.bench.running.pruning`.

A SQLite database gets so many rejected articles that are older than retention keeps, copied by SQL
from some that were stored by the service's calls, and the index of their words.  `monitor run`
polls feeds of this machine all the time; then `monitor db prune` removes the articles beside it.
Printed are the longest time without a stored poll, before and while it prunes, the time that the
prune took, and the bytes of the file that new rows may use.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.store.store import Store
from tests.bench.console.filled_store import Filling, fill
from tests.bench.measure import Failed
from tests.bench.publishers import loopback_hosts, serving
from tests.bench.running.service_process import running_service

FEEDS, ENTRIES, HOSTS = 300, 10, 50
ORIGINALS = 500  # articles of which the others are copies
AGE = timedelta(days=400)
START, INTERVAL = timedelta(seconds=10), timedelta(minutes=1)  # of the polls
LOOK = 0.05  # seconds between two looks at the count of polls


@dataclass
class Pauses:
    """The times between two moments at which more polls were stored, in seconds."""

    seconds: list[float] = field(default_factory=list)
    polls: int = 0

    @property
    def longest(self) -> float:
        return max(self.seconds, default=0.0)


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.running.pruning")
    parser.add_argument("--articles", type=int, default=1_000_000, help="default 1000000")
    parser.add_argument("--before", type=float, default=60, help="seconds of polls before it")
    return parser.parse_args(arguments)


def main() -> int:
    """Fill, poll, prune, and print the figures."""
    chosen = options()
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-") as place,
        serving(FEEDS, ENTRIES, loopback_hosts(HOSTS)) as publishers,
    ):
        folder = Path(place)
        file = folder / "watchpost.db"
        began = time.monotonic()
        prepare(file, chosen.articles, publishers.addresses())
        show(f"filled in {time.monotonic() - began:,.0f} s, {file.stat().st_size / 1e6:,.0f} MB")
        with running_service(folder, settings_text(file)) as service:
            service.runs_for((START + INTERVAL).total_seconds())  # every feed was asked once
            with watched(file) as before:
                service.runs_for(chosen.before)
            free = free_bytes(file)
            began = time.monotonic()
            with watched(file) as meanwhile:
                report = prune(folder)
            seconds = time.monotonic() - began
        rows = {line["kind"]: line["rows"] for line in report["pruned"]}
        show(f"pruned {rows['articles']:,} articles in {seconds:,.0f} s")
        show(f"space for new rows: {(free_bytes(file) - free) / 1e6:,.0f} MB")
        for name, pauses in (("before", before), ("while it pruned", meanwhile)):
            show(
                f"{name}: {pauses.polls:,} polls stored, the longest time without one"
                f" {pauses.longest:.2f} s"
            )
    return int(rows["articles"] < chosen.articles)


def prepare(file: Path, articles: int, addresses: Sequence[str]) -> None:
    """A database with so many old rejected articles, indexed, and feeds that are due."""
    now = datetime.now(UTC)
    with Store.open(f"sqlite:///{file}", upgrade=True) as store:
        filling = Filling(articles=ORIGINALS, until=now - AGE, addresses=tuple(addresses))
        fill(store, filling)
    with closing(sqlite3.connect(file)) as connection:
        copy_rejected(connection, articles)
    with Store.open(f"sqlite:///{file}") as store:
        while not store.search.rebuild_step().is_complete:
            continue
        store.refresh_statistics()
        soon = datetime.now(UTC) + START
        for place, feed in enumerate(store.feeds.list()):  # polls are spread over the interval
            store.feeds.make_due(feed.key, soon + place * INTERVAL / FEEDS)


def copy_rejected(connection: sqlite3.Connection, articles: int) -> None:
    """Copy the rejected articles under new keys until there are so many more of them."""
    cursor = connection.execute("SELECT * FROM articles LIMIT 0")
    columns = [description[0] for description in cursor.description]
    key = "printf('%032x', n * 1000 + a.rowid)"
    new_values = {
        "key": key,
        "copy_key": key,
        "alias": f"'alias' || {key}",
        "wording": f"'w' || {key}",
    }
    values = ", ".join(new_values.get(name, f'a."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    (rejected,) = connection.execute("SELECT count(*) FROM articles WHERE NOT relevant").fetchone()
    rounds = -(-articles // rejected)
    with connection:
        connection.execute(
            "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted"
            f" WHERE n < {rounds}) INSERT INTO articles ({names}) SELECT {values}"
            f" FROM counted, articles AS a WHERE NOT a.relevant LIMIT {articles}"
        )
        connection.execute(
            "INSERT INTO article_numbers (key) SELECT key FROM articles"
            " WHERE key NOT IN (SELECT key FROM article_numbers)"
        )
        connection.execute("UPDATE search_indexes SET tokeniser = ''")  # all is indexed anew


def settings_text(file: Path) -> str:
    """Each feed is polled every minute; rejected articles go after half a year."""
    return (
        f'[database]\nurl = "sqlite:///{file}"\n'
        '[poll]\nevery = "1m"\nfastest = "1m"\nslowest = "1m"\ntick = "1s"\n'
        '[retention]\nrejected_texts = "180d"\nrejected_articles = "180d"\n'
        '[egress]\nallow = ["127.0.0.0/8"]\n[web]\nlisten = ""\n'
    )


@contextmanager
def watched(file: Path) -> Iterator[Pauses]:
    """Note how long no poll was stored, as another connection sees it, until the end."""
    pauses, ended = Pauses(), threading.Event()

    def look() -> None:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            first = polls = stored_polls(connection)
            since = time.monotonic()
            while not ended.wait(LOOK):
                now, current = time.monotonic(), stored_polls(connection)
                if current != polls:
                    pauses.seconds.append(now - since)
                    polls, since = current, now
            pauses.seconds.append(time.monotonic() - since)
            pauses.polls = polls - first

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield pauses
    finally:
        ended.set()
        thread.join()


def stored_polls(connection: sqlite3.Connection) -> int:
    """All polls that are counted."""
    (polls,) = connection.execute("SELECT coalesce(sum(polls), 0) FROM hours").fetchone()
    return int(polls)


def free_bytes(file: Path) -> int:
    """The bytes of the file that new rows may use."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (pages,) = connection.execute("PRAGMA freelist_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)


def prune(folder: Path) -> dict:
    """`monitor db prune --json`, in a process of its own.  Raise Failed."""
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "monitor.toml")]
    done = subprocess.run(
        [*command, "db", "prune", "--json"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(done.stderr.strip())
    return json.loads(done.stdout)


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
