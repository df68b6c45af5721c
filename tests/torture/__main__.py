"""`make torture`: kill the service hundreds of times; show that no alert is lost or sent twice."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from monitor.domain.stories import Repeat
from tests.store_fixtures import Postgresql, serving
from tests.torture import scenarios
from tests.torture.api_scenario import kills_during_changes
from tests.torture.processes import ProcessStarter
from tests.torture.scenarios import Outcome
from tests.torture.surroundings import Surroundings


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at random (default 200)")
    parser.add_argument("--each", type=int, default=20, help="of each named point (default 20)")
    parser.add_argument("--terms", type=int, default=50, help="SIGTERMs (default 50)")
    parser.add_argument("--rounds", type=int, default=10, help="of two processes (default 10)")
    parser.add_argument("--api-kills", type=int, default=20, help="during changes (default 20)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="(default both)")
    parser.add_argument(
        "--scenarios", "--acts", default="kills,points,terms,two,api,commands", help="(default all)"
    )
    parser.add_argument(
        "--repeat", type=Repeat, choices=list(Repeat), default=Repeat.EVERY,
        help="of the subscriptions; with facts and story half of the articles report one event",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    all_kept = True
    head = ("", "times", "published", "received", "lost", "repeats", "most", "doubles", "integrity")
    show(f"{head[0]:52}" + "".join(f"{word:>11}" for word in head[1:]))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="watchpost-torture-")))
        starter = stack.enter_context(ProcessStarter(folder))
        server = None
        if "postgresql" in chosen.databases:
            server = stack.enter_context(serving())
        for row in play(chosen, folder, starter, server):
            show(line(row))
            all_kept = all_kept and row.is_kept
    show("all as promised" if all_kept else "NOT as promised")
    return 0 if all_kept else 1


def play(
    chosen: argparse.Namespace, folder: Path, starter: ProcessStarter, server: Postgresql | None
) -> Iterator[Outcome]:
    """Run every scenario on every kind of database, each on a database of its own."""
    runs: dict[str, Callable[[Surroundings], Outcome]] = {
        "kills": lambda surroundings: scenarios.random_kills(surroundings, chosen.kills),
        "points": lambda surroundings: scenarios.at_points(
            surroundings, scenarios.SERVICE_POINTS, chosen.each
        ),
        "terms": lambda surroundings: scenarios.sigterms(surroundings, chosen.terms),
        "two": lambda surroundings: scenarios.two_at_once(surroundings, chosen.rounds),
        "api": lambda surroundings: kills_during_changes(surroundings, chosen.api_kills),
    }
    for kind in chosen.databases.split(","):
        for name, scenario in runs.items():
            if name == "two" and kind == "sqlite":
                continue  # a second process that delivers from one file is refused
            if name in chosen.scenarios.split(","):
                place = folder / f"{kind}-{name}"
                place.mkdir()
                with fresh(kind, place, server) as url:
                    started = perf_counter()
                    surroundings = Surroundings(place, url, starter, chosen.seed, chosen.repeat)
                    with surroundings.open():
                        row = scenario(surroundings)
                    took = perf_counter() - started
                    yield replace(row, act=f"{kind}: {row.act}", seconds=took)
    if "commands" in chosen.scenarios:
        yield scenarios.commands(starter, folder, chosen.each)


@contextmanager
def fresh(kind: str, place: Path, server: Postgresql | None) -> Iterator[str]:
    """The URL of an empty database."""
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
