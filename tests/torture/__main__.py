"""`make torture`: kill it hundreds of times, and show that nothing was lost or told twice."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from tests.store_fixtures import Postgresql, serving
from tests.torture import scenarios
from tests.torture.processes import Nursery
from tests.torture.scenarios import Outcome
from tests.torture.surroundings import Stage


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at random (default 200)")
    parser.add_argument("--each", type=int, default=20, help="of each named point (default 20)")
    parser.add_argument("--terms", type=int, default=50, help="SIGTERMs (default 50)")
    parser.add_argument("--rounds", type=int, default=10, help="of two processes (default 10)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="(default both)")
    parser.add_argument("--acts", default="kills,points,terms,two,commands", help="(default all)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    kept = True
    head = ("", "times", "published", "received", "lost", "repeats", "most", "doubles", "integrity")
    show(f"{head[0]:52}" + "".join(f"{word:>11}" for word in head[1:]))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="watchpost-torture-")))
        nursery = stack.enter_context(Nursery(folder))
        server = None
        if "postgresql" in chosen.databases:
            server = stack.enter_context(serving())
        for row in play(chosen, folder, nursery, server):
            show(line(row))
            kept = kept and row.is_kept
    show("all as promised" if kept else "NOT as promised")
    return 0 if kept else 1


def play(
    chosen: argparse.Namespace, folder: Path, nursery: Nursery, server: Postgresql | None
) -> Iterator[Outcome]:
    """Every act on every database, each on one of its own."""
    wanted: dict[str, Callable[[Stage], Outcome]] = {
        "kills": lambda stage: scenarios.random_kills(stage, chosen.kills),
        "points": lambda stage: scenarios.at_points(stage, scenarios.SERVICE_POINTS, chosen.each),
        "terms": lambda stage: scenarios.sigterms(stage, chosen.terms),
        "two": lambda stage: scenarios.two_at_once(stage, chosen.rounds),
    }
    for kind in chosen.databases.split(","):
        for name, act in wanted.items():
            if name in chosen.acts.split(","):
                place = folder / f"{kind}-{name}"
                place.mkdir()
                with fresh(kind, place, server) as url:
                    started = perf_counter()
                    with Stage(place, url, nursery, chosen.seed).open() as stage:
                        row = act(stage)
                    took = perf_counter() - started
                    yield replace(row, act=f"{kind}: {row.act}", seconds=took)
    if "commands" in chosen.acts:
        yield scenarios.commands(nursery, folder, chosen.each)


@contextmanager
def fresh(kind: str, place: Path, server: Postgresql | None) -> Iterator[str]:
    """A database with nothing in it."""
    if server is None or kind == "sqlite":
        yield f"sqlite:///{place}/watchpost.db"
        return
    with server.database() as url:
        yield url


def line(row: Outcome) -> str:
    numbers = (
        row.times, row.published, row.received, row.lost, row.repeats, row.most_repeats,
        row.other_keys,
    )  # fmt: skip
    cells = "".join(f"{number:>11,}" for number in numbers)
    return f"{row.act:52}{cells}  {row.integrity}  ({row.note}; {row.seconds:.0f} s)"


def show(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
