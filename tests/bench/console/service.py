"""A real service with a console, for benchmarks: start, sign in, ask, measure, stop."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.measure import Failed
from tests.bench.peers import ROOT

_MONITOR = [sys.executable, "-m", "monitor"]
_START_SECONDS = 60
_STOP_SECONDS = 20
_WARM_UP_SECONDS = 120
_TRIAL_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, and how long it took."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    begins: float  # seconds to the first part of the body


class ConsoleService:
    """A running service and a browser that is signed in to its console."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.process = process
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.address = address
        self._cookie = ""

    def sign_in(self, folder: Path) -> None:
        """Add an admin by the command, and follow their link."""
        name = f"bench-{self.process.pid}"
        command = ["people", "add", name, "--role", "admin", "--json"]
        link = json.loads(run_monitor(folder, *command))["link"]
        path = link.removeprefix(self.address)
        if path.startswith("http"):
            parts = urlsplit(link)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        reply = self.ask(path, method="POST")
        if reply.status != 303:
            raise Failed(f"the sign-in was answered with {reply.status}: {reply.body[:200]!r}")
        self._cookie = reply.headers["set-cookie"].partition(";")[0]

    def ask(self, path: str, method: str = "GET", encoding: str = "identity") -> Reply:
        """One request over the one connection; the body as it comes, packed or not."""
        headers = {
            "cookie": self._cookie,
            "sec-fetch-site": "same-origin",
            "accept-encoding": encoding,
        }
        began = time.perf_counter()
        self._connection.request(method, path, headers=headers)
        answer = self._connection.getresponse()
        first_part = answer.read(1)
        begins = time.perf_counter() - began
        body = first_part + answer.read()
        seconds = time.perf_counter() - began
        headers_by_name = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, body, headers_by_name, seconds, begins)

    def runs_for(self, seconds: float) -> None:
        """Let the service go on for so long.  Raise Failed when it ends meanwhile."""
        with suppress(subprocess.TimeoutExpired):
            raise Failed(f"the service ended with {self.process.wait(timeout=seconds)}")

    def wait_until_idle(self, database_is_busy: Callable[[], bool]) -> float:
        """Wait until it uses less than a twentieth of a processor; the seconds since the call.

        After its start a service prepares what pages show: itself, or its database for it.  Raise
        Failed when that does not end.
        """
        self._connection.close()  # the service ends it meanwhile; the next request opens another
        began = time.monotonic()
        while time.monotonic() - began < _WARM_UP_SECONDS:
            before = self.run_milliseconds()
            self.runs_for(1)
            if self.run_milliseconds() - before < 50 and not database_is_busy():
                return time.monotonic() - began
        raise Failed(f"the service is busy {_WARM_UP_SECONDS} s after its start")

    def finish_trial(self, path: str) -> None:
        """Ask for the trial at this address until it is there: the first decides every article."""
        began = time.monotonic()
        while b"<progress" in self.ask(path).body:
            if time.monotonic() - began > _TRIAL_SECONDS:
                raise Failed(f"the trial is not finished after {_TRIAL_SECONDS} s")
            self.runs_for(1)

    def resident_mb(self) -> float:
        """The resident memory of the process, without its parsers' processes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return int(line[1]) / 1024 if line else 0.0

    def run_milliseconds(self) -> float:
        """The time in which its threads ran so far, to the nanosecond where Linux tells."""
        nanoseconds = 0
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            with suppress(OSError):  # a thread that ended meanwhile
                nanoseconds += int(task.read_text().split()[0])
        return nanoseconds / 1e6

    def processor_seconds(self) -> float:
        """The processor time of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, settings: str, *, role: str) -> Iterator[ConsoleService]:
    """`monitor run` in this folder with these settings, until the end of the block."""
    (folder / "monitor.toml").write_text(settings, encoding="utf-8")
    log = (folder / f"service-{role}.log").open("wb")
    process = subprocess.Popen(
        [*_MONITOR, "run", "--role", role],
        cwd=folder,
        env=_environment(),
        stdout=log,
        stderr=subprocess.PIPE,
    )
    try:
        service = ConsoleService(process, _address(process))
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        log.close()


def run_monitor(folder: Path, *words: str) -> str:
    """The output of one command in this folder.  Raise Failed."""
    command = [*_MONITOR, *words]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _environment() -> dict[str, str]:
    inherited = {key: text for key, text in os.environ.items() if not key.startswith("MONITOR_")}
    return {**inherited, "PYTHONPATH": str(ROOT)}


def _address(process: subprocess.Popen[bytes]) -> str:
    """The address of the pages, as the service prints it when they are open."""
    assert process.stderr is not None
    give_up = time.monotonic() + _START_SECONDS
    output = b""
    while time.monotonic() < give_up and process.poll() is None:
        ready, _, _ = select.select([process.stderr], [], [], 1)
        if ready:
            output += os.read(process.stderr.fileno(), 65_536)
        address = re.search(rb"http://127\.0\.0\.1:\d+", output)
        if address:
            _drain(process)
            return address[0].decode()
    raise Failed(f"the service did not open its pages: {output.decode(errors='replace')[-500:]}")


def _drain(process: subprocess.Popen[bytes]) -> None:
    """Read the rest of its messages in a thread: a full pipe would stop the service."""
    assert process.stderr is not None
    stream = process.stderr

    def read() -> None:
        with suppress(ValueError, OSError):  # closed at the end
            while stream.read(65_536):
                pass

    threading.Thread(target=read, daemon=True).start()
