"""Memory of a service with thousands of feeds: `python -m tests.bench.running.many_feeds`.

`monitor run` polls generated feeds of this machine in three rounds: all are new, all are unchanged,
each has one new entry.  Where control groups can be made (Linux, as root), the service and its
children may have so many megabytes together, or the kernel kills one of them.  Printed are, for
each round, its time and the most that the processes had: with shared pages counted once, and what
only a swap could take from them.
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from monitor.domain.feeds import Feed, PollState
from monitor.domain.keys import key_of
from monitor.store.store import Store
from tests.bench.publishers import Publishers, loopback_hosts, serving
from tests.bench.running.memory_group import MemoryGroup, memory_group
from tests.bench.running.service_process import ServiceProcess, faults_in_log, running_service

HOSTS = 250  # a service asks each once a second
STEP = 0.5  # seconds between two looks at the memory
ROUNDS = ("first poll", "unchanged", "one new entry each")


@dataclass
class Round:
    """One poll of all feeds: its seconds, and the memory in 10^6 bytes at its most."""

    name: str
    answers: dict[str, int] = field(default_factory=dict)  # of the publishers, by HTTP status
    seconds: float = 0.0
    service: float = 0.0  # resident, without the children
    tree: float = 0.0  # with the children, shared pages counted once
    unreclaimable: float = 0.0
    is_done: bool = False

    def note(self, service: float, tree: float, unreclaimable: float) -> None:
        """Keep a look at the memory."""
        self.service = max(self.service, service)
        self.tree = max(self.tree, tree)
        self.unreclaimable = max(self.unreclaimable, unreclaimable)

    @property
    def line(self) -> str:
        answers = ", ".join(f"{count:,} × {status}" for status, count in self.answers.items())
        return (
            f"{self.name:22}{self.seconds:>8,.0f}{self.service:>10,.0f}{self.tree:>9,.0f}"
            f"{self.unreclaimable:>15,.0f}   {answers}"
        )


@dataclass
class Measured:
    """The rounds, and what went wrong."""

    limit: int  # megabytes
    is_enforced: bool = False
    rounds: list[Round] = field(default_factory=list)
    kills: int = 0
    faults: list[str] = field(default_factory=list)
    articles: int = 0

    @property
    def is_well(self) -> bool:
        """Whether all rounds were done within the limit, and the service logged no error."""
        within = all(round_.tree <= self.limit for round_ in self.rounds)
        done = [round_.is_done for round_ in self.rounds] == [True] * len(ROUNDS)
        return done and not self.kills and not self.faults and (within or self.is_enforced)

    def lines(self) -> list[str]:
        """The figures, as they are printed."""
        limit = f"limit {self.limit:,} MB"
        return [
            f"{limit}, {'enforced by the kernel' if self.is_enforced else 'not enforced'}",
            f"{'':22}{'s':>8}{'service':>10}{'tree':>9}{'unreclaimable':>15}   answers",
            *(round_.line for round_ in self.rounds),
            f"articles stored{self.articles:>15,}",
            f"processes killed{self.kills:>14,}",
            f"errors in the log{len(self.faults):>13,}",
            *self.faults,
        ]


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.running.many_feeds")
    parser.add_argument("--feeds", type=int, default=5_000, help="default 5000")
    parser.add_argument("--entries", type=int, default=10, help="of a feed (default 10)")
    parser.add_argument("--limit", type=int, default=512, help="megabytes (default 512)")
    return parser.parse_args(arguments)


def main() -> int:
    """Poll them all three times and print the figures; 1 where something is not well."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = options()
    measured = Measured(limit=chosen.limit)
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-") as place,
        memory_group(chosen.limit * 1_000_000) as group,
        serving(chosen.feeds, chosen.entries, loopback_hosts(HOSTS)) as publishers,
        suppress(KeyboardInterrupt),
    ):
        measure(publishers, Path(place), group, measured)
    show("\n".join(measured.lines()))
    return int(not measured.is_well)


def measure(
    publishers: Publishers, folder: Path, group: MemoryGroup | None, measured: Measured
) -> None:
    """Let a service do all rounds; `measured` has what was seen until now at any time."""
    url = f"sqlite:///{folder / 'watchpost.db'}"
    measured.is_enforced = group is not None
    with Store.open(url, upgrade=True) as store:
        now = datetime.now(UTC)
        store.feeds.add_all(
            Feed(key=key_of("feed", address), url=address, poll=PollState(due_at=now))
            for address in publishers.addresses()
        )
        with running_service(folder, settings_text(url), within=group) as service:
            try:
                for number, name in enumerate(ROUNDS):
                    publishers.add(int(number == len(ROUNDS) - 1))
                    make_due(folder)
                    round_ = Round(name)
                    measured.rounds.append(round_)
                    _poll_all(store, service, group, round_)
                    round_.answers = publishers.asked()
                    show(round_.line)
            finally:
                measured.kills = group.count_kills() if group else 0
                measured.faults = faults_in_log(service.log())
                measured.articles = store.counts().articles


def settings_text(url: str) -> str:
    """The intervals are longer than the run, which makes the feeds due; else all is as shipped."""
    return (
        f'[database]\nurl = "{url}"\n'
        '[poll]\nevery = "1d"\nfastest = "1d"\nslowest = "1d"\n'
        '[egress]\nallow = ["127.0.0.0/8"]\n[web]\nlisten = ""\n'
    )


def make_due(folder: Path) -> None:
    """Make every feed due, as if its last poll were long ago."""
    with closing(sqlite3.connect(folder / "watchpost.db", timeout=60)) as connection, connection:
        connection.execute("UPDATE feeds SET due_at = asked_at WHERE asked_at IS NOT NULL")


def _poll_all(
    store: Store, service: ServiceProcess, group: MemoryGroup | None, round_: Round
) -> None:
    began, until = time.monotonic(), datetime.now(UTC)
    while store.feeds.keys(due_at=until):
        service.runs_for(STEP)
        unreclaimable = group.unreclaimable_mb() if group else 0.0
        round_.note(service.resident_mb(), service.tree_mb(), unreclaimable)
        round_.seconds = time.monotonic() - began
    round_.is_done = True


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
