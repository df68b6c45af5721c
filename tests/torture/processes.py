"""Processes of `monitor`: started by a fork server, waited for, killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class ServiceProcess:
    """One process of `monitor`."""

    pid: int
    log: Path
    starter: ProcessStarter

    def wait(self, within: float) -> int | None:
        """The exit code, below zero for a signal; None when it still runs."""
        code: int | None = self.starter.ask(wait=self.pid, within=within)
        return code

    def kill(self) -> None:
        """Send SIGKILL, which is as near to a power cut as a test comes."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait(30)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def has_logged(self, event: str) -> bool:
        """Whether the log has this event."""
        return f'"{event}"' in self.log.read_text(errors="replace") if self.log.exists() else False


class ProcessStarter:
    """Starts processes through a fork server; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.fork_server"],
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=30)

    def start(self, *arguments: str, environment: Mapping[str, str]) -> ServiceProcess:
        """A new process of `monitor` with these arguments."""
        self._started += 1
        log = self._folder / f"process-{self._started}.log"
        pid = self.ask(start=arguments, environment=dict(environment), log=str(log))
        return ServiceProcess(pid, log, self)

    def ask(self, **request: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())
