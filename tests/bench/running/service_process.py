"""A real service without a browser, for long measurements: start, watch, read its log, stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.bench import measure
from tests.bench.measure import Failed
from tests.bench.peers import ROOT
from tests.bench.running.memory_group import MemoryGroup

_START_SECONDS = 120
_STOP_SECONDS = 60
_IDLE_PART = 0.05  # of a processor
_SHOWN = 300  # characters of a line of the log


class ServiceProcess:
    """`monitor run`; its log is kept as JSON lines."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    def runs_for(self, seconds: float) -> None:
        """Let the service go on for so long.  Raise Failed when it ends meanwhile."""
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(timeout=seconds)
            raise Failed(f"the service ended with {code}: {self.log()[-500:]}")

    def wait_until_idle(self) -> None:
        """Wait until it uses less than a twentieth of a processor.  Raise Failed."""
        for _ in range(_START_SECONDS):
            before = self.processor_seconds()
            self.runs_for(1)
            if self.processor_seconds() - before < _IDLE_PART:
                return
        raise Failed(f"the service was busy for {_START_SECONDS} s")

    def processor_seconds(self) -> float:
        """User and system time of the process, without its children."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def resident_mb(self) -> float:
        """Resident memory of the process, without its children, in 10^6 bytes."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1e6

    def tree_mb(self) -> float:
        """Memory of the process and its children, shared pages counted once, in 10^6 bytes."""
        family = [self.process.pid, *measure.descendants(self.process.pid)]
        return sum(map(measure.proportional, family)) / 1e6

    def log(self) -> str:
        """What it has logged until now."""
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_service(
    folder: Path, settings: str, *, within: MemoryGroup | None = None
) -> Iterator[ServiceProcess]:
    """`monitor run` in this folder with these settings, until the end of the block.

    It and its children are in the group `within`.
    """
    (folder / "monitor.toml").write_text(settings, encoding="utf-8")
    log = folder / "service.log"
    command = [sys.executable, "-m", "monitor", "run", "--log", "json"]
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("MONITOR_")}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            within.command(*command) if within else command,
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(ROOT)},
            stdout=stream,
            stderr=stream,
        )
    service = ServiceProcess(process, log)
    try:
        ends = time.monotonic() + _START_SECONDS
        while '"service.started"' not in service.log():
            service.runs_for(0.2)
            if time.monotonic() > ends:
                raise Failed(f"the service has not started: {service.log()[-500:]}")
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def faults_in_log(text: str) -> list[str]:
    """The lines of a log that tell of an error of the service itself."""
    faults = []
    for line in text.splitlines():
        with suppress(ValueError):
            record = json.loads(line)
            if record.get("level") in ("error", "critical") or "traceback" in record:
                faults.append(line[:_SHOWN])
    return faults
