"""Workers: processes of `monitor run`, each on a host of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from tests.bench.hosts.namespaces import WORLD_NETWORK, Host
from tests.bench.hosts.remote_database import tree_cpu
from tests.bench.peers import ROOT

TELLING = "tellthis"  # the word of headlines that are told
_RULE = f'[[keywords.rules]]\nname = "told"\nregex = "{TELLING}"\naction = "flag"\n'
PATIENCE = 300.0  # seconds, for a busy machine


class TooSlow(Exception):
    """Something did not come within the patience."""


def until(condition, sentence: str, patience: float = PATIENCE) -> None:
    """Wait until the condition is true.  Raise TooSlow."""
    ends = monotonic() + patience
    while not condition():
        if monotonic() > ends:
            raise TooSlow(f"not within {patience:.0f} s: {sentence}")
        sleep(0.02)


@dataclass
class Worker:
    """A worker on a host; it can be started again after its plug was pulled."""

    host: Host
    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it polls and delivers, and serves no pages."""
        self.starts += 1
        words = [sys.executable, "-m", "monitor", "run", "--log", "json"]
        with self._log().open("wb") as log:
            self.process = subprocess.Popen(
                self.host.command(*words), cwd=self.folder, env=self._environment(), stderr=log,
                stdout=log,
            )  # fmt: skip

    def wait_until_started(self) -> None:
        """Wait until it works.  Raise TooSlow."""
        until(self._has_started, f"{self.host.namespace} has not started")

    def _has_started(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise TooSlow(f"{self.host.namespace} ended: {self.log()[-500:]}")
        return '"service.started"' in self.log()

    def log(self) -> str:
        """What this process has logged."""
        return self._log().read_text(errors="replace") if self._log().exists() else ""

    def cpu(self) -> float:
        """Processor seconds of the process and its children, until now."""
        return tree_cpu(self.process.pid) if self.process is not None else 0.0

    def kill(self) -> None:
        """SIGKILL: as near to pulling the plug as a process comes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)

    def stop(self) -> int | None:
        """SIGTERM; the exit code, or None where it had to be killed."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def _log(self) -> Path:
        return self.folder / f"{self.host.namespace}-{self.starts}.log"

    def _environment(self) -> dict[str, str]:
        settings = {
            "DATABASE__URL": f"{self.database}?connect_timeout=2",
            "POLL__TICK": "1s",
            "DELIVER__TICK": "1s",
            "EGRESS__ALLOW": f'["{WORLD_NETWORK}"]',
            "WEB__LISTEN": "",
            **self.settings,
        }
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "MONITOR_CONFIG": str(self.folder / "monitor.toml"),
            **{f"MONITOR_{name}": value for name, value in settings.items()},
        }


@contextmanager
def started_workers(
    hosts: Sequence[Host], folder: Path, database: str, settings: dict[str, str]
) -> Iterator[list[Worker]]:
    """A worker on each host, until the end of the block."""
    (folder / "monitor.toml").write_text(_RULE)
    workers = [Worker(host, folder, database, settings) for host in hosts]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.wait_until_started()
        yield workers
    finally:
        for worker in workers:
            worker.stop()
