"""Memory of a service that reads mutated feeds: `python -m tests.bench.running.mutated_feeds`.

`monitor run` polls so many feeds of the server of mutated answers, each once, a thousand added when
those before were asked.  Its resident memory is printed before they are added and after each
thousand; how each poll ended is counted in its database, and crashes in its log.  It stops when
each feed was asked, or on Ctrl-C or SIGTERM, and prints what it has.
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.domain.keys import key_of
from monitor.domain.reasons import FeedReason
from monitor.store.store import Store
from tests.bench.running.service_process import ServiceProcess, faults_in_log, running_service
from tests.conformance.hostile import lying

GOOD = 24  # feeds that are read before the memory of the idle service is noted
ADDED = 1_000  # feeds that are added together
STEP = 5  # seconds between two looks at the memory
SPARE_MB = 100


@dataclass
class Reading:
    """How the polls ended, and the resident memory of the service in MB."""

    feeds: int  # to be asked
    polled: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)
    idle: float = 0.0
    peak: float = 0.0
    last: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether all were asked, nothing crashed, and the memory stayed within its limit."""
        return self.polled == self.feeds and not self.crashes and self.peak <= self.idle + SPARE_MB

    def note(self, megabytes: float, polled: int) -> None:
        """Keep a look at the memory."""
        self.polled, self.last = polled, megabytes
        self.peak = max(self.peak, megabytes)

    def lines(self) -> list[str]:
        """The figures, as they are printed."""
        return [
            f"mutated feeds asked{self.polled:>37,} of {self.feeds:,}",
            *(f"  {end:46}{count:>8,}" for end, count in self.ends.most_common()),
            f"crashes{len(self.crashes):>49,}",
            f"the service, with nothing to do{self.idle:>25,.0f} MB resident",
            f"  at its most{self.peak:>43,.0f} MB, {self.peak - self.idle:+,.0f}",
            f"  at the end{self.last:>44,.0f} MB, {self.last - self.idle:+,.0f}",
            *self.crashes,
        ]


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.running.mutated_feeds", description=__doc__
    )
    parser.add_argument("--feeds", type=int, default=20_000, help="how many (default 20000)")
    return parser.parse_args(arguments)


def main() -> int:
    """Read them and print the figures; 1 where something is not well."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    reading = Reading(feeds=options().feeds)
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-") as place,
        lying() as host,
        suppress(KeyboardInterrupt),
    ):
        read(host, Path(place), reading)
    show("\n".join(reading.lines()))
    return int(not reading.is_well)


def read(host: str, folder: Path, reading: Reading) -> None:
    """Let a service ask all of them; `reading` has what was seen until now at any time."""
    url = f"sqlite:///{folder / 'watchpost.db'}"
    with (
        Store.open(url, upgrade=True) as store,
        running_service(folder, settings_text(url)) as service,
    ):
        try:
            _add(store, [f"{host}/good/{number}" for number in range(GOOD)])
            _wait_until_asked(folder, service, GOOD, Reading(feeds=GOOD))
            service.wait_until_idle()
            reading.idle = service.resident_mb()
            show(f"idle: {reading.idle:,.0f} MB")
            addresses = [f"{host}/{number}" for number in range(reading.feeds)]
            for begin in range(0, len(addresses), ADDED):
                added = addresses[begin : begin + ADDED]
                _add(store, added)
                _wait_until_asked(folder, service, begin + len(added), reading, before=GOOD)
                show(f"{reading.polled:,} asked: {reading.last:,.0f} MB")
        finally:
            _count_ends(store, host, reading)
            reading.crashes += faults_in_log(service.log())


def settings_text(url: str) -> str:
    """Feeds are asked once within the hours of a run."""
    return (
        f'[database]\nurl = "{url}"\n'
        '[poll]\nevery = "1d"\nfastest = "1d"\nslowest = "1d"\nper_host = 50\ntick = "1s"\n'
        '[egress]\nallow = ["127.0.0.0/8"]\n[web]\nlisten = ""\n'
    )


def _add(store: Store, addresses: Sequence[str]) -> None:
    now = datetime.now(UTC)
    store.feeds.add_all(
        Feed(key=key_of("feed", address), url=address, poll=PollState(due_at=now))
        for address in addresses
    )


def _wait_until_asked(
    folder: Path, service: ServiceProcess, number: int, reading: Reading, before: int = 0
) -> None:
    polled = 0
    with closing(sqlite3.connect(folder / "watchpost.db")) as connection:
        while polled < number:
            service.runs_for(STEP)
            (polled,) = connection.execute(
                "SELECT count(*) FROM feeds WHERE state <> 'new'"
            ).fetchone()
            reading.note(service.resident_mb(), polled - before)


def _count_ends(store: Store, host: str, reading: Reading) -> None:
    for feed in store.feeds.list():
        if feed.url.startswith(f"{host}/good") or feed.poll.state is FeedState.NEW:
            continue
        reason = (feed.poll.last_error or "").partition(":")[0]
        is_read = feed.poll.state is not FeedState.FAILING
        reading.ends[feed.poll.state.value if is_read else reason] += 1
        if reason == FeedReason.CRASH.value:
            reading.crashes.append(f"{feed.url}: {feed.poll.last_error}")


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
