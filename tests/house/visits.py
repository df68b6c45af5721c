"""The files and rooms that one call of `judge_and_commit` visits, traced in tests of the story.

    python -m tests.house.visits [--root DIR]

The tests of the poll story run in the given checkout; the call that runs through most files is
reported.  Needs the libraries of the program and pytest.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import pairwise
from pathlib import Path
from types import FrameType, ModuleType

import pytest

ROOT = Path(__file__).parents[2]
# Where the function lies, and the tests that call it: today, and before the rooms were made.
PLACES = (
    ("monitor.pipeline.poll", "judge_and_commit", "tests/pipeline/test_poll.py"),
    ("monitor.pipeline", "settle", "tests/test_pipeline.py"),
)


class Trace:
    """The sequence of the program's files that a call enters."""

    def __init__(self, root: Path) -> None:
        self.package = str(root / "monitor")
        self.longest: list[str] = []

    def around(self, function: Callable[..., object]) -> Callable[..., object]:
        """The same function, with the files noted that its calls run through."""

        @wraps(function)
        def traced(*arguments: object, **options: object) -> object:
            visits: list[str] = []

            def note(frame: FrameType, event: str, _: object) -> None:
                file = frame.f_code.co_filename
                if event == "call" and file.startswith(self.package):
                    visits.append(file.removeprefix(self.package + "/"))

            sys.setprofile(note)
            try:
                return function(*arguments, **options)
            finally:
                sys.setprofile(None)
                if len(set(visits)) > len(set(self.longest)):
                    self.longest = visits

        return traced


def trace(root: Path) -> list[str]:
    """The files of the call that runs through most of them, in the order they are entered."""
    sys.path.insert(0, str(root))
    tracer = Trace(root)
    for module_name, function, tests in PLACES:
        if (root / tests).is_file():
            module: ModuleType = importlib.import_module(module_name)
            setattr(module, function, tracer.around(getattr(module, function)))
            pytest.main(["-q", "-p", "no:randomly", "--no-header", str(root / tests)])
    return tracer.longest


def room(file: str) -> str:
    """The first folder of a file, or the file itself."""
    return file.split("/")[0].removesuffix(".py")


def figures(root: Path) -> dict[str, str]:
    """How many files and rooms the longest call visits, from a process of its own."""
    script = str(Path(__file__).resolve())
    run = subprocess.run(
        [sys.executable, script, "--root", str(root), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    files = json.loads(run.stdout.splitlines()[-1])
    visited = [room(file) for file in files]
    calls = {pair for pair in pairwise(visited) if pair[0] != pair[1]}
    return {
        "judge_and_commit: files / rooms": f"{len(set(files))} / {len(set(visited))}",
        "judge_and_commit: calls between rooms": str(len(calls)),
    }


def main(arguments: Sequence[str]) -> int:
    """Print the files of the longest call, each once, in the order they are first entered."""
    parser = argparse.ArgumentParser(prog="python -m tests.house.visits")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--json", action="store_true", help="every entry, as one line of JSON")
    options = parser.parse_args(arguments)
    files = trace(options.root.resolve())
    lines = [json.dumps(files)] if options.json else list(dict.fromkeys(files))
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
