"""CPU of commands beside the number of articles: `python -m tests.bench.running.command_costs`.

For each number a SQLite database is filled as a month of service leaves it; each command runs some
times, and the median of its user and system time is printed.  So is that of a poll of 100 feeds of
this machine that bring one new article each.  Commands that read all articles, such as exports, are
not among them.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from monitor.runtime import topics
from monitor.settings import loader
from monitor.store.store import Store
from tests.bench import measure, peers
from tests.bench.console.filled_store import Filling, fill
from tests.bench.publishers import Publishers, loopback_hosts, serving

FEEDS, ENTRIES, HOSTS = 100, 3, 20
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("feeds", "list"),
    ("articles", "list", "--flagged"),
    ("articles", "list", "--theme", "troops"),
    ("search", "kursk"),
    ("explain", "ARTICLE"),
    ("explain", "--text", "North Korean sappers clear mines in Kursk"),
    ("marks", "next"),
    ("keywords", "test", "rules.toml"),
    ("doctor",),
    ("export", "--format", "atom", "--out", "newest.xml"),
)
# Some of the articles have one of these words: part of what makes them be about the topic.
RULES = """[[keywords.rules]]
name = "deminers"
any = ["deminer*", "sapper*"]
action = "boost"
boost = 0.2
"""
POLL = "poll --all, 100 new articles"
# A doctor that finds something ends with 1.
_MAY_FIND = 'python=$1; shift; "$python" -m monitor "$@" || [ $? -eq 1 ]'


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.running.command_costs")
    parser.add_argument(
        "--articles", default="10000,1000000", help="numbers of articles (default %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each command (default 3)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a database of each size, run the commands, and print their costs side by side."""
    chosen = options(arguments)
    sizes = [int(number) for number in chosen.articles.split(",")]
    show(f"load {os.getloadavg()[0]:.0f}")
    costs: list[dict[str, float]] = []
    for articles in sizes:
        with (
            tempfile.TemporaryDirectory(prefix="watchpost-commands-") as place,
            serving(FEEDS, ENTRIES, loopback_hosts(HOSTS)) as publishers,
        ):
            folder = Path(place, "watchpost")
            key = prepare(folder, articles, publishers.addresses())
            costs.append(command_costs(folder, key, chosen.rounds) | poll_cost(folder, publishers))
    show(table(sizes, costs))


def prepare(folder: Path, articles: int, addresses: Sequence[str]) -> str:
    """Make a workspace with so many articles; the key of one of them."""
    folder.mkdir(parents=True)
    peers.call(folder, "monitor", "init", "--bare")
    (folder / "rules.toml").write_text(RULES)
    settings = loader.load(folder / "monitor.toml", environment={})
    (pack,) = topics.packs_in_use(settings).values()
    file = folder / "watchpost.db"
    with Store.open(f"sqlite:///{file}", upgrade=True) as store:
        filling = Filling(
            articles=articles, until=datetime.now(UTC), addresses=tuple(addresses),
            pack=pack.id, config=settings.decision_digest,
        )  # fmt: skip
        fill(store, filling)
        store.refresh_statistics()  # as `monitor run` does every few seconds
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT key FROM articles WHERE relevant ORDER BY seen_at DESC LIMIT 1"
        (key,) = connection.execute(query).fetchone()
    return str(key)


def command_costs(folder: Path, key: str, rounds: int) -> dict[str, float]:
    """Each command with the median of its user and system time, in seconds."""
    costs: dict[str, float] = {}
    for command in COMMANDS:
        words = [key if word == "ARTICLE" else word for word in command]
        seconds = [cost_of(folder, words) for _ in range(rounds)]
        costs[title(command)] = statistics.median(seconds)
    return costs


def title(command: Sequence[str]) -> str:
    """A command as the table names it: without long arguments."""
    return " ".join("…" if " " in word else word for word in command)


def cost_of(folder: Path, words: Sequence[str]) -> float:
    """User and system time of one run, in seconds."""
    command = ["sh", "-c", _MAY_FIND, "sh", sys.executable, *words]
    return measure.run(command, cwd=folder, env=peers.environment(folder)).cpu


def poll_cost(folder: Path, publishers: Publishers) -> dict[str, float]:
    """The user and system time of the second poll, to which each feed brings one new article."""
    watchpost = peers.watchpost()
    peers.poll(watchpost, folder)
    publishers.add(1)
    return {POLL: peers.poll(watchpost, folder).cpu}


def table(sizes: Sequence[int], costs: Sequence[dict[str, float]]) -> str:
    """A line for each command: seconds at each size, and the last by the first."""
    titles = [f"{articles:,}" for articles in sizes]
    lines = [f"{'CPU s, with so many articles':40}" + "".join(f"{title:>12}" for title in titles)]
    for command in costs[0]:
        seconds = [cost[command] for cost in costs]
        figures = "".join(f"{value:12.2f}" for value in seconds)
        lines.append(f"{command:40}{figures}{seconds[-1] / seconds[0]:9.1f} times")
    return "\n".join(lines)


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
