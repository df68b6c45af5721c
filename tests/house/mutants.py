"""Mutation score of the pure rooms, by mutmut: how many changed operators the unit tests notice.

    make mutants                                      # every pure room; an hour on two cores
    make mutants ARGS="polling alerts --minutes 5"    # these rooms, at most five minutes each
    make mutants ARGS="text --survivors"              # also list the mutants that survived

Each room is mutated in a temporary copy of the checkout, and judged by the tests that mirror it
(`tests/<room>`) only.  With `--minutes` a room may end early; the score is then that of the mutants
which were run.  A mutant that makes the tests fail or run out of time is killed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.house.pure_rooms import PURE_ROOMS

ROOT = Path(__file__).parents[2]
TARGET = 0.85
KINDS = ("killed", "survived", "without tests", "not run")
_SURVIVED = 0  # exit codes of the test run, as mutmut stores them
_WITHOUT_TESTS = frozenset({5, 33})
_SKIPPED = frozenset({2, 34, None})  # interrupted, left out, not run

_CONFIGURATION = """
[tool.mutmut]
source_paths = ["monitor/{room}"]
pytest_add_cli_args_test_selection = ["tests/{room}"]
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:cacheprovider"]
also_copy = ["monitor", "tests", "config", "models", "docs"]
"""


def copy_checkout(folder: Path, room: str) -> None:
    """Copy the files of the checkout, with the settings of mutmut for this room."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listing.stdout.splitlines():
        target = folder / name
        if (ROOT / name).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    with (folder / "pyproject.toml").open("a") as file:
        file.write(_CONFIGURATION.format(room=room))


def run(folder: Path, minutes: float | None, processes: int) -> None:
    """Run mutmut in the copy until it ends or the time is over; it prints into `mutmut.log`."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(processes)]
    with (folder / "mutmut.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            process.wait(None if minutes is None else minutes * 60)
        except subprocess.TimeoutExpired:
            pass  # the .meta files hold what was run
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def exit_codes(folder: Path) -> dict[str, int | None]:
    """Mutant → exit code of its tests; None when it was not run."""
    codes: dict[str, int | None] = {}
    for file in sorted((folder / "mutants").rglob("*.meta")):
        codes |= json.loads(file.read_text())["exit_code_by_key"]
    return codes


def counted(codes: Mapping[str, int | None]) -> Counter[str]:
    """The mutants by what became of them."""
    counts: Counter[str] = Counter()
    for code in codes.values():
        if code in _SKIPPED:
            counts["not run"] += 1
        elif code == _SURVIVED:
            counts["survived"] += 1
        else:
            counts["without tests" if code in _WITHOUT_TESTS else "killed"] += 1
    return counts


def score(counts: Mapping[str, int]) -> float:
    """The share of killed mutants among those that were run; those without tests survive."""
    ran = sum(counts.get(kind, 0) for kind in ("killed", "survived", "without tests"))
    return counts.get("killed", 0) / ran if ran else 0.0


def line(name: str, counts: Mapping[str, int]) -> str:
    """A line of the table."""
    cells = "".join(f"{counts.get(kind, 0):>15,}" for kind in KINDS)
    return f"{name:10}{cells}{score(counts):>10.1%}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.house.mutants")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(PURE_ROOMS)}")
    parser.add_argument("--minutes", type=float, help="for each room")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--survivors", action="store_true", help="list them")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    heading = "".join(f"{kind:>15}" for kind in KINDS)
    sys.stdout.write(f"{'room':10}{heading}{'score':>10}\n")
    for room in options.rooms or PURE_ROOMS:
        with tempfile.TemporaryDirectory(prefix="mutants-") as name:
            folder = Path(name)
            copy_checkout(folder, room)
            run(folder, options.minutes, options.processes)
            codes = exit_codes(folder)
            if not any(code not in _SKIPPED for code in codes.values()):  # its tests fail
                sys.exit((folder / "mutmut.log").read_text()[-2_000:])
        counts = counted(codes)
        total += counts
        sys.stdout.write(line(room, counts))
        sys.stdout.flush()
        if options.survivors:
            for mutant, code in codes.items():
                if code == _SURVIVED or code in _WITHOUT_TESTS:
                    sys.stdout.write(f"  {mutant}\n")
    sys.stdout.write(line("all", total))
    return 0 if score(total) >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
