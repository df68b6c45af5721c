"""A newcomer's first minutes: a clone in a new folder, a new environment, the README's commands.

`make fresh` runs `make run` until the service watches its feeds, then `make test`; with `--setup`
(what CI runs) it installs what both need and stops there.  Standard library only: it runs with the
interpreter that a newcomer has.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = "watching"  # the service's first line, once it runs
PATIENCE = 900  # seconds for `make run` to print it: the installation is in there


def main(arguments: list[str]) -> int:
    """Clone the committed state, run the steps, print how long each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--setup", action="store_true", help="install only; start and test nothing"
    )
    setup = options.parse_args(arguments).setup
    with tempfile.TemporaryDirectory(prefix="watchpost-fresh-") as folder:
        clone = Path(folder) / "watchpost"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        python = f"PYTHON={sys.executable}"
        if setup:
            timed("make setup", ["make", "setup", python], clone)
            timed("make .venv/dev", ["make", ".venv/dev", python], clone)
        else:
            started = time.monotonic()
            run_until_ready(["make", "run", python], clone)
            report("make run, until it watches", started)
            timed("make test", ["make", "test", python], clone)
    return 0


def timed(name: str, command: list[str], folder: Path) -> None:
    """Run one step; raise CalledProcessError when it fails."""
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, env=environment())
    report(name, started)


def report(name: str, started: float) -> None:
    """Print a step's wall-clock time."""
    sys.stderr.write(f"fresh: {name}: {time.monotonic() - started:.0f} s\n")


def environment() -> dict[str, str]:
    """Ours, less what would let a clone use the environment of the checkout."""
    return {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}


def run_until_ready(command: list[str], folder: Path) -> None:
    """Start the service, wait for its first line, and end it as Ctrl-C does."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # so that Ctrl-C reaches make and the service, and not us
    )
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
    signal.alarm(PATIENCE)
    ready = False
    for line in process.stdout or ():
        sys.stderr.write(line)
        if READY in line and not ready:
            ready = True
            os.killpg(process.pid, signal.SIGINT)
    process.wait()
    signal.alarm(0)
    if not ready:
        raise SystemExit(f"`make run` ended with {process.returncode} before the service ran")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
