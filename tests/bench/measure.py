"""Measure a command: wall time, processor time and memory of its whole process tree.

    python tests/bench/measure.py REPORT.json SECONDS COMMAND …

runs the command, for so long at most, and writes `{code, wall, cpu, peak_mb}`.  Processor time is
user + system of the command and of all that it started, also of what it left behind: this process
adopts orphans and waits for them.  Memory is the highest proportional set size (PSS: shared pages
counted once) of the tree together, read whenever the resident size, sampled every 10 ms, passes
its last peak by 2 %.  Where there is no /proc it is the resident size of the largest process.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_SAMPLE = 0.010  # seconds
_FAMILY = 0.050  # seconds between two searches for new children
_PATIENCE = 5.0  # seconds that orphans may live on
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: seconds, seconds, megabytes, and what it printed."""

    wall: float
    cpu: float
    peak_mb: float
    out: str = ""


class Failed(Exception):
    """The command ended with an error, or not in time."""


def run(command: list[str], *, cwd: Path, env: dict[str, str], timeout: float = 1_800) -> Cost:
    """Run a command by a wrapper process and return its cost.  Raise Failed."""
    report = cwd / "cost.json"
    wrapper = [sys.executable, "-S", "-E", __file__, str(report), str(timeout), *command]
    done = subprocess.run(wrapper, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    cost = json.loads(report.read_text()) if report.exists() else {"code": done.returncode}
    report.unlink(missing_ok=True)
    if cost.pop("code"):
        raise Failed(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
    return Cost(**cost, out=done.stdout)


class Sampler(threading.Thread):
    """Samples the memory of a process and all its descendants until it is stopped."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0  # bytes, PSS
        self.ended = threading.Event()

    def run(self) -> None:
        family, looked, highest = [self.root], 0.0, 0.0
        while not self.ended.wait(_SAMPLE):
            if time.monotonic() - looked > _FAMILY:
                family, looked = descendants(os.getpid()), time.monotonic()
            resident = sum(map(_resident, family))
            if resident > highest * 1.02:
                highest = resident
                self.peak = max(self.peak, sum(map(proportional, family)))


def descendants(pid: int) -> list[int]:
    """Every process below this one."""
    processes: list[int] = []
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            with suppress(OSError):
                children = [int(child) for child in (task / "children").read_text().split()]
                processes += children
                for child in children:
                    processes += descendants(child)
    return processes


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):  # it has just ended
        return 0


def proportional(pid: int) -> int:
    """The proportional set size of a process in bytes; 0 where it has ended."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    """Wait until no child is left; those that stay too long are killed."""
    until = time.monotonic() + _PATIENCE
    pause = threading.Event()
    with suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid:
                continue
            if time.monotonic() > until:
                for left in descendants(os.getpid()):
                    with suppress(ProcessLookupError):
                        os.kill(left, signal.SIGKILL)
            pause.wait(0.005)


def main(report: str, timeout: str, *command: str) -> int:
    _adopt_orphans()
    started = time.perf_counter()
    process = subprocess.Popen(command)
    sampler = Sampler(process.pid)
    sampler.start()
    try:
        code = process.wait(float(timeout))
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"not done within {timeout} s\n")
        process.kill()
        code = process.wait()
    wall = time.perf_counter() - started
    sampler.ended.set()
    sampler.join()
    _wait_for_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = sampler.peak or usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cost = {
        "code": code,
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": peak / 1e6,
    }
    Path(report).write_text(json.dumps(cost))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
