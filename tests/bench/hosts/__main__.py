"""Many hosts on one machine: `python -m tests.bench.hosts [--workers 1,2,4] [--pull-plug 60]`.

Each worker is a process of `monitor run` in a network namespace with an address of its own.  They
share one PostgreSQL, the publishers, and a receiver of webhooks.  It needs Linux, root and
iproute2, and is no part of `make test`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.bench.hosts import namespaces, plug_pulling, throughput
from tests.bench.hosts.plug_pulling import Pulled
from tests.bench.hosts.throughput import Size, Throughput


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hosts", description=__doc__)
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers (default 1,2,4)")
    parser.add_argument("--feeds", type=int, default=400, help="(default 400)")
    parser.add_argument("--entries", type=int, default=5, help="of a feed at first (default 5)")
    parser.add_argument("--publishers", type=int, default=40, help="(default 40)")
    parser.add_argument(
        "--costs", type=Path, help="write the costs with the first number of workers to this file"
    )
    parser.add_argument("--pull-plug", type=int, default=0, metavar="TIMES", help="instead")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # so that all is removed
    reason = namespaces.why_not_here()
    if reason:
        show(f"not measured: {reason}")
        return 0
    show(f"load average before: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="watchpost-hosts-") as folder:
        if chosen.pull_plug:
            pulled = plug_pulling.pull(chosen.pull_plug, Path(folder), chosen.seed)
            show(pulled_table(pulled))
            return 0 if pulled.is_kept else 1
        size = Size(feeds=chosen.feeds, entries=chosen.entries, publishers=chosen.publishers)
        runs = []
        for count in map(int, chosen.workers.split(",")):
            place = Path(folder) / str(count)
            place.mkdir()
            runs.append(throughput.measure(count, size, place))
            show(f"{count} workers measured")
        show(throughput_table(size, runs))
        if chosen.costs:
            chosen.costs.write_text(json.dumps(asdict(throughput.costs(runs[0])), indent=2))
        show(f"load average after: {os.getloadavg()[0]:.1f}")
        return 0 if all(run.most_workers_at_once <= 1 for run in runs) else 1


def throughput_table(size: Size, runs: list[Throughput]) -> str:
    """The rates of each step, CPU, and the efficiency beside the first run."""
    head = (
        f"{size.feeds} feeds × {size.entries} entries at {size.publishers} publishers\n"
        f"{'workers':18}{'polls/s':>9}{'articles/s':>11}{'alerts/s':>9}{'wall s':>8}"
        f"{'ms/poll':>9}{'db ms':>7}{'per CPU':>9}"
    )
    lines = [head]
    for number in range(len(runs[0].steps)):
        lines.append(runs[0].steps[number].name)
        first = runs[0].steps[number]
        for run in runs:
            step = run.steps[number]
            efficiency = (first.cpu / first.polls) / (step.cpu / step.polls)
            lines.append(
                f"{step.workers:>7}           {step.polls / step.seconds:>9.1f}"
                f"{step.articles / step.seconds:>11.1f}{step.alerts / step.seconds:>9.1f}"
                f"{step.seconds:>8.1f}{1000 * sum(step.worker_cpu) / step.polls:>9.2f}"
                f"{1000 * step.database_cpu / step.polls:>7.2f}{efficiency:>9.2f}"
            )
    for run in runs:
        shares = ", ".join(f"{share:.0%}" for share in run.shares)
        lines.append(
            f"{len(run.shares)} workers: {run.asked:,} requests ({shares}), at most"
            f" {run.most_workers_at_once} asked one publisher at a time;"
            f" {run.connections} connections, {run.bytes_an_article:,} bytes an article"
        )
    return "\n".join(lines)


def pulled_table(pulled: Pulled) -> str:
    """How often which plug was pulled, and what became of the articles."""
    head = f"{'plug':32}{'times':>6}{'two workers at a publisher':>30}"
    lines = [head] + [
        f"{plug.value:32}{times:>6}{pulled.overlaps[plug]:>30}"
        for plug, times in pulled.times.items()
    ]
    longest = max(pulled.taken_over, default=0.0)
    lease = plug_pulling.LEASE.total_seconds()
    lines += [
        f"{'plugs pulled':32}{pulled.times.total():>6}",
        f"{'articles published':32}{pulled.published:>6}",
        f"{'webhooks received':32}{pulled.received:>6}",
        f"{'lost':32}{pulled.lost:>6}",
        f"{'told under a second id':32}{pulled.told_twice:>6}",
        f"{'repeated under the same id':32}{pulled.repeats:>6}",
        f"{'alerts not sent at the end':32}{pulled.undelivered:>6}",
        f"{'workers at a publisher, at most':32}{pulled.most_workers_at_once:>6}",
        f"{'feeds of a killed worker':32}{len(pulled.taken_over):>6}",
        f"{'  asked again after, at most':32}{longest:>6.1f} s (lease {lease:.0f} s)",
        "all as promised" if pulled.is_kept else "NOT as promised",
    ]
    return "\n".join(lines)


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
