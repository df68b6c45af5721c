"""Control of the server process: start it, add entries, read its counts, stop it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.bench.peers import ROOT

_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Publishers:
    """A running server."""

    port: int
    count: int
    hosts: int

    def addresses(self) -> list[str]:
        """The address of every feed; the feeds are distributed over the hosts."""
        return [
            f"http://127.0.0.{1 + number % self.hosts}:{self.port}/{number}.xml"
            for number in range(self.count)
        ]

    def hook(self) -> str:
        """A receiver of webhooks."""
        return f"http://127.0.0.1:{self.port}/hook"

    def add(self, entries: int) -> None:
        """Add so many new entries to each feed."""
        self._get(f"/added/{entries}")

    def asked(self) -> dict[str, int]:
        """Counts of responses by status, hooks and connections since the last call."""
        counts: dict[str, int] = json.loads(self._get("/asked"))
        return counts

    def _get(self, path: str) -> bytes:
        with _NO_PROXY.open(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            body: bytes = answer.read()
            return body


@contextmanager
def serving(count: int, entries: int, hosts: int) -> Iterator[Publishers]:
    """Serve until the end of the block."""
    command = [sys.executable, "-m", "tests.bench.server", str(count), str(entries), str(hosts)]
    server = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line:
            raise RuntimeError("the benchmark's server did not start")
        yield Publishers(port=int(line), count=count, hosts=hosts)
    finally:
        with suppress(subprocess.TimeoutExpired):
            server.communicate(timeout=10)  # it ends when its standard input is closed
        server.kill()


def loopback_hosts(count: int) -> int:
    """How many addresses 127.0.0.x there are to listen on: all on Linux, one elsewhere."""
    return count if sys.platform == "linux" else 1
