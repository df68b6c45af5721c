"""Capacity: `python -m tests.bench.capacity --costs FILE --feeds 1000000` simulates so many feeds.

What a poll, an article and an alert cost was measured by `python -m tests.bench.hosts --costs
FILE`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.capacity.simulation import CORES, USED, Costs, Load, needs, simulate


def report(loads: Sequence[Load], costs: Costs, told: float) -> str:
    """A column for each load."""
    columns = [(load, needs(load, costs, told)) for load in loads]
    rows = [
        ("polls a second, mean", [f"{load.polls_a_second:,.1f}" for load, _ in columns]),
        ("  99th of 100 seconds", [f"{load.busiest(0.99):,}" for load, _ in columns]),
        ("  the busiest second", [f"{load.busiest(1.0):,}" for load, _ in columns]),
        ("  of failing feeds", [f"{load.failed / load.polls:.1%}" for load, _ in columns]),
        ("minutes between two polls of a feed", [
            f"{load.feeds / load.polls_a_second / 60:.0f}" for load, _ in columns
        ]),
        ("new articles a day", [f"{need.articles_a_day:,.0f}" for _, need in columns]),
        ("cores of workers, mean", [f"{need.worker_cores:.2f}" for _, need in columns]),
        ("  99th of 100 seconds", [f"{need.busiest_cores:.2f}" for _, need in columns]),
        ("cores of the database", [f"{need.database_cores:.2f}" for _, need in columns]),
        (f"machines of {CORES} cores, {USED:.0%} used", [
            f"{need.machines}" for _, need in columns
        ]),
        ("open requests, 0.7 s each", [f"{need.open_requests:,.0f}" for _, need in columns]),
        ("gigabytes a day", [f"{need.bytes_a_day / 1e9:.2f}" for _, need in columns]),
        ("late feeds after an hour's outage", [
            f"{load.late_after_outage:,.0f}" for load, _ in columns
        ]),
        ("  minutes until none is late", [
            f"{need.minutes_to_catch_up:.0f}" for _, need in columns
        ]),
    ]  # fmt: skip
    head = f"{'feeds':38}" + "".join(f"{load.feeds:>13,}" for load in loads)
    lines = [f"{name:38}" + "".join(f"{cell:>13}" for cell in cells) for name, cells in rows]
    return "\n".join([head, "", *lines])


def an_hour_of_a_core(costs: Costs) -> str:
    """How much one core does in an hour, of one kind of work alone."""
    hour = 3_600_000
    rows = {
        "polls, nothing new": hour / costs.unchanged,
        "polls with one new article": hour / (costs.unchanged + costs.article),
        "new articles of one poll": hour / costs.article,
        "alerts": hour / costs.alert,
    }
    lines = [f"{name:38}{count:>13,.0f}" for name, count in rows.items()]
    return "\n".join(["a core, in an hour", *lines])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.capacity", description=__doc__)
    parser.add_argument("--feeds", default="10000,100000,1000000", help="numbers of feeds")
    parser.add_argument("--hours", type=float, default=1.0, help="simulated (default 1)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--told", type=float, default=0.05, help="share of articles (default 0.05)")
    parser.add_argument(
        "--costs", type=Path, required=True, help="a file that `tests.bench.hosts --costs` wrote"
    )
    return parser.parse_args()


def main() -> None:
    chosen = options()
    counts = map(int, str(chosen.feeds).split(","))
    loads = [simulate(count, chosen.hours, chosen.seed) for count in counts]
    costs = Costs(**json.loads(chosen.costs.read_text(encoding="utf-8")))
    sys.stdout.write(f"{an_hour_of_a_core(costs)}\n\n{report(loads, costs, chosen.told)}\n")


if __name__ == "__main__":
    main()
