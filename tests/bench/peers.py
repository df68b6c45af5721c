"""The measured programs: set-up and the command of one poll for each."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bench import feeds, measure

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Peer:
    """One program.

    `setup` makes its database in a folder and adds the addresses; `poll` is the command that is
    measured, in that folder; `count` says how many entries it holds; `missing` is why it can't
    run here.  `polls_before_validators` is how many polls it needs to ask conditionally.
    """

    name: str
    version: str
    setup: Callable[[Path, Sequence[str]], None]
    poll: list[str]
    count: Callable[[Path], int]
    missing: str | None = None
    polls_before_validators: int = 1


def environment(folder: Path) -> dict[str, str]:
    """What the measured programs see: nothing of the caller's settings, proxies or home."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "MONITOR_CONFIG": "monitor.toml",
        "MONITOR_EGRESS__ALLOW": '["127.0.0.0/8"]',
    }


def call(folder: Path, *command: str) -> str:
    """Run a module that is not measured; return what it printed.  Raise Failed."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment(folder),
        timeout=300,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise measure.Failed(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def poll(peer: Peer, folder: Path) -> measure.Cost:
    """One poll of all feeds, measured."""
    return measure.run(peer.poll, cwd=folder, env=environment(folder))


def fresh(peer: Peer, folder: Path, addresses: Sequence[str]) -> None:
    """A new database with all feeds and no entries."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    peer.setup(folder, addresses)


def all_peers() -> list[Peer]:
    """All peers, in the order of the table."""
    return [
        watchpost(),
        _scripted("reader", "tests.bench.other_programs.with_reader"),
        _newsboat(),
        _floor(),
    ]


# ── Watchpost ────────────────────────────────────────────────────────────────────────────────────


def watchpost() -> Peer:
    """Watchpost, by its command line."""
    from monitor import __version__

    return Peer(
        name="watchpost",
        version=__version__,
        setup=_set_up_watchpost,
        poll=[sys.executable, "-m", "monitor", "poll", "--all", "--json"],
        count=_count_watchpost,
    )


def _set_up_watchpost(folder: Path, addresses: Sequence[str]) -> None:
    call(folder, "monitor", "init", "--bare")
    (folder / "feeds.opml").write_text(feeds.opml(list(addresses)))
    call(folder, "monitor", "feeds", "import", "feeds.opml")


def _count_watchpost(folder: Path) -> int:
    return len(json.loads(call(folder, "monitor", "articles", "list", "--limit=100000", "--json")))


# ── the others ───────────────────────────────────────────────────────────────────────────────────


def _scripted(name: str, module: str) -> Peer:
    installed = importlib.util.find_spec(name) is not None
    return Peer(
        name=name,
        version=importlib.metadata.version(name) if installed else "",
        setup=lambda folder, addresses: _set_up_script(folder, addresses, module),
        poll=[sys.executable, "-m", module, "peer.sqlite", "update"],
        count=lambda folder: int(call(folder, module, "peer.sqlite", "count")),
        missing=None if installed else f"{name} is not installed (requirements/bench.txt)",
    )


def _floor() -> Peer:
    module = "tests.bench.other_programs.floor"
    return Peer(
        name="floor",
        version="http.client, expat, sqlite3",
        setup=lambda folder, addresses: _set_up_script(folder, addresses, module),
        poll=[sys.executable, "-m", module, "peer.sqlite", "update"],
        count=lambda folder: int(call(folder, module, "peer.sqlite", "count")),
    )


def _newsboat() -> Peer:
    program = shutil.which("newsboat")
    files = ["-u", "addresses", "-c", "cache.db", "-C", "config"]
    return Peer(
        name="newsboat",
        version=_said(program, "--version").split()[1] if program else "",
        setup=_set_up_newsboat,
        poll=[program or "newsboat", *files, "-x", "reload"],
        count=_count_newsboat,
        missing=None if program else "newsboat is not installed (the Debian package `newsboat`)",
        polls_before_validators=2,  # it writes them to a row that the first poll makes
    )


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def _set_up_newsboat(folder: Path, addresses: Sequence[str]) -> None:
    (folder / "addresses").write_text("\n".join(addresses) + "\n")
    (folder / "config").write_text("reload-threads 10\n")  # as many as reader's workers


def _count_newsboat(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "cache.db")) as database:
        (count,) = database.execute("select count(*) from rss_item").fetchone()
    return int(count)


def _set_up_script(folder: Path, addresses: Sequence[str], module: str) -> None:
    (folder / "addresses").write_text("\n".join(addresses))
    call(folder, module, "peer.sqlite", "add", "addresses")
