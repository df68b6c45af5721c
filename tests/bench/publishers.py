"""The server process as the benchmark sees it: started, switched, asked, ended."""

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
        """Every feed's address; the feeds are dealt out to the hosts."""
        return [
            f"http://127.0.0.{1 + number % self.hosts}:{self.port}/{number}.xml"
            for number in range(self.count)
        ]

    def hook(self) -> str:
        """A receiver of webhooks."""
        return f"http://127.0.0.1:{self.port}/hook"

    def add(self, entries: int) -> None:
        """From now on each feed has so many new entries."""
        self._get(f"/added/{entries}")

    def asked(self) -> dict[str, int]:
        """What was answered since this was last asked: by status, hooks, connections."""
        found: dict[str, int] = json.loads(self._get("/asked"))
        return found

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
            server.communicate(timeout=10)  # closes its standard input: it ends
        server.kill()


def loopback_hosts(wanted: int) -> int:
    """How many addresses 127.0.0.x there are to listen on: all on Linux, one elsewhere."""
    return wanted if sys.platform == "linux" else 1
