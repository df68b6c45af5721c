"""`make bench`: speed and memory compared with other programs, on generated feeds."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import micro, peers, report, rounds
from tests.bench.measure import Failed
from tests.bench.publishers import loopback_hosts, serving


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000, help="how many feeds (default 1000)")
    parser.add_argument("--entries", type=int, default=40, help="entries of each (default 40)")
    parser.add_argument("--rounds", type=int, default=1, help="how often all is run (default 1)")
    parser.add_argument("--hosts", type=int, default=50, help="loopback addresses (default 50)")
    parser.add_argument("--quick", action="store_true", help="40 × 20, one round: to try it")
    parser.add_argument("--only", default="", metavar="NAME,…", help="only these programs")
    parser.add_argument("--no-parts", action="store_true", help="only the polls, not the parts")
    parser.add_argument("--parts", default="", metavar="NAME,…", help="only these parts, no polls")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there, too")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.feeds, chosen.entries, chosen.rounds = 40, 20, 1
    if min(chosen.feeds, chosen.entries, chosen.rounds, chosen.hosts) < 1 or chosen.hosts > 250:
        parser.error("feeds, entries and rounds start at 1; hosts go from 1 to 250")
    return chosen


def main() -> int:
    chosen = options()
    names = {name for name in chosen.only.split(",") if name}
    chosen_peers = [peer for peer in peers.all_peers() if not names or peer.name in names]
    runners = [peer for peer in chosen_peers if peer.missing is None]
    hosts = loopback_hosts(min(chosen.hosts, chosen.feeds))
    machine = report.machine(chosen_peers)
    say(machine.line)
    for peer in chosen_peers:
        if peer.missing:
            say(f"left out: {peer.missing}")
    measured: list[rounds.Measured] = []
    parts: list[micro.Part] = []
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-bench-") as place,
        serving(chosen.feeds, chosen.entries, hosts) as publishers,
    ):
        folder = Path(place)
        if not chosen.parts:
            measured = rounds.play(
                runners, publishers, folder, entries=chosen.entries, rounds=chosen.rounds, say=say
            )
        if not chosen.no_parts:
            parts = micro.parts(publishers, folder, chosen.parts, say=say)
    if measured:
        show(report.polls(measured, chosen, hosts))
    if parts:
        show(report.parts(parts))
    if chosen.json:
        figures = {
            "machine": asdict(machine),
            "options": {name: value for name, value in vars(chosen).items() if name != "json"},
            "polls": [asdict(run) for run in measured],
            "parts": [asdict(part) for part in parts],
        }
        chosen.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return 0


def say(line: str) -> None:
    """Print progress to standard error; standard output has the tables only."""
    sys.stderr.write(f"{line}\n")


def show(text: str) -> None:
    sys.stdout.write(f"\n{text}\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(f"bench: {failed}")
