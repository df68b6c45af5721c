"""Processor time of an idle service: `python -m tests.bench.console.idle_cost [--minutes 5]`.

The service has its console, a database of a month, and subscriptions; its feeds are paused and no
message waits.  What it uses then are its looks for work.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from monitor.store.store import Store
from tests.bench.console import service as console_service
from tests.bench.console.filled_store import Filling, fill

LIMIT = 0.5  # per cent of a core


def idle_percent(folder: Path, *, articles: int, feeds: int, seconds: float) -> float:
    """Per cent of a core that the service uses in so many seconds after its warm-up.

    Raise Failed when it ends.
    """
    url, now = f"sqlite:///{folder / 'idle.db'}", datetime.now(UTC)
    with Store.open(url) as store:
        fill(store, Filling(articles=articles, until=now, feeds=feeds))
        store.refresh_statistics()
        for feed in store.feeds.list():
            store.feeds.set_paused(feed.key, True, now)
    settings = f'[database]\nurl = "{url}"\n[web]\nlisten = "127.0.0.1:0"\nconsole = true\n'
    with console_service.running(folder, settings, role="all") as service:
        service.wait_until_idle(lambda: False)  # SQLite works within the service
        before, began = service.run_milliseconds(), time.monotonic()
        service.runs_for(seconds)
        used = service.run_milliseconds() - before
        return used / 10 / (time.monotonic() - began)


def main(arguments: list[str]) -> int:
    """Print the figure; 1 when it is above the limit."""
    parser = argparse.ArgumentParser(prog="tests.bench.console.idle_cost")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        percent = idle_percent(
            Path(name),
            articles=chosen.articles,
            feeds=chosen.feeds,
            seconds=chosen.minutes * 60,
        )
    sys.stdout.write(
        f"idle for {chosen.minutes:g} minutes, {chosen.feeds:,} paused feeds,"
        f" {chosen.articles:,} articles: {percent:.2f} % of a core (at most {LIMIT})\n"
    )
    return int(percent > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
