"""The world of the hosts: publishers that note who asks them, and a receiver of webhooks.

It runs in a thread of its own.  An answer takes `delay`, so that requests overlap.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.bench.hosts.namespaces import RECEIVER_ADDRESS, publisher_address
from tests.service.publisher import rss

PORT = 8099
MARK = re.compile(rb"zq[0-9a-f]{10}")


@dataclass
class Receipt:
    """A webhook that was received."""

    mark: str  # of the article; empty: none
    key: str  # webhook-id
    at: float  # time.monotonic()


@dataclass
class World:
    """What is published, who asks for it now, and what was received."""

    delay: float = 0.0  # seconds
    documents: dict[str, bytes] = field(default_factory=dict)  # path → document
    requests: Counter[str] = field(default_factory=Counter)  # by the address of the worker
    asking: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    most_workers_at_once: int = 0  # at one publisher
    overlaps: int = 0  # requests to a publisher whom another worker was asking
    most_requests_at_once: int = 0  # at one publisher
    asked_at: dict[tuple[str, str], float] = field(default_factory=dict)  # (path, worker)
    in_flight: Counter[tuple[str, str]] = field(default_factory=Counter)  # (path, worker)
    receipts: list[Receipt] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, path: str, *headlines: str) -> None:
        """Replace the document at this path."""
        self.documents[path] = rss(*headlines, title=f"Wire {path.strip('/')}")

    def begin(self, publisher: str, worker: str, path: str) -> None:
        """A worker asks a publisher."""
        with self.lock:
            self.requests[worker] += 1
            self.asking[publisher][worker] += 1
            self.in_flight[path, worker] += 1
            self.asked_at[path, worker] = time.monotonic()
            workers = [count for count in self.asking[publisher].values() if count > 0]
            self.most_workers_at_once = max(self.most_workers_at_once, len(workers))
            self.overlaps += len(workers) > 1
            self.most_requests_at_once = max(self.most_requests_at_once, sum(workers))

    def end(self, publisher: str, worker: str, path: str) -> None:
        """A request was answered, or whoever asked is gone."""
        with self.lock:
            self.asking[publisher][worker] -= 1
            self.in_flight[path, worker] -= 1

    def asked_by(self, worker: str) -> set[str]:
        """The paths that this worker asks for now."""
        with self.lock:
            return {
                path for (path, who), count in self.in_flight.items() if who == worker and count
            }

    def asked_since(self, path: str, since: float) -> float | None:
        """When any worker asked for this path after that moment, first or last."""
        with self.lock:
            times = [at for (asked, _), at in self.asked_at.items() if asked == path and at > since]
        return min(times, default=None)

    def receive(self, key: str, body: bytes) -> None:
        """Note a webhook."""
        match = MARK.search(body)
        mark = match[0].decode() if match else ""
        self.receipts.append(Receipt(mark, key, time.monotonic()))


class _Connection(asyncio.Protocol):
    """One persistent connection with sequential requests."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen = b""
        self._asked: str | None = None  # the path that is being answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._worker: str = transport.get_extra_info("peername")[0]
        self._publisher: str = transport.get_extra_info("sockname")[0]

    def connection_lost(self, _error: Exception | None) -> None:
        self._finish()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            request, *lines = self._seen[:end].decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            whole = end + 4 + int(headers.get("content-length", 0))
            if len(self._seen) < whole:
                return
            body, self._seen = self._seen[end + 4 : whole], self._seen[whole:]
            method, path, _ = request.split(" ")
            self._answer(method, path, headers, body)

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        if method == "POST":
            self._world.receive(headers.get("webhook-id", ""), body)
            self._transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            return
        self._world.begin(self._publisher, self._worker, path)
        self._asked = path
        answer = _document(self._world.documents.get(path), headers)
        if self._world.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(self._world.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if self._asked is not None and not self._transport.is_closing():
            self._finish()
            self._transport.write(answer)

    def _finish(self) -> None:
        if self._asked is not None:
            self._world.end(self._publisher, self._worker, self._asked)
            self._asked = None


def _document(document: bytes | None, headers: dict[str, str]) -> bytes:
    if document is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f'"{hashlib.sha256(document).hexdigest()[:16]}"'
    if headers.get("if-none-match") == tag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
    kind = "Content-Type: application/rss+xml"
    head = f"HTTP/1.1 200 OK\r\n{kind}\r\nETag: {tag}\r\nContent-Length: {len(document)}\r\n\r\n"
    return head.encode() + document


@contextmanager
def open_world(publishers: int, *, delay: float = 0.0) -> Iterator[World]:
    """Publishers on their addresses, and a receiver, until the end of the block."""
    world = World(delay=delay)
    loop = asyncio.new_event_loop()
    addresses = [RECEIVER_ADDRESS, *(publisher_address(number) for number in range(publishers))]

    async def listen() -> None:
        await loop.create_server(lambda: _Connection(world), addresses, PORT, backlog=1024)

    loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()
