"""The publishers of the benchmark: a lean HTTP server on loopback, a process of its own.

    python -m tests.bench.server FEEDS ENTRIES HOSTS

prints its port when it is ready.  `/<n>.xml` is a feed, with ETag, Last-Modified, gzip and kept
connections; `/added/<n>` says how many new entries each feed has from now on; `/hook` takes
anything and answers 204; `/asked` says in JSON what was answered since it was last asked.  All is
built before it is asked for, so that the server is not what is measured.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.bench import feeds

_START = datetime(2025, 7, 1, tzinfo=UTC)
STATES = 2  # nothing added, one added


@dataclass(frozen=True, slots=True)
class Page:
    """One document with every answer it can give."""

    etag: str
    modified: str
    plain: bytes
    gzipped: bytes
    unchanged: bytes

    def answer(self, headers: dict[str, str]) -> tuple[int, bytes]:
        """304 for a validator that matches (the ETag wins), else the document."""
        if tag := headers.get("if-none-match"):
            matches = tag.removeprefix("W/") == self.etag
        else:
            matches = headers.get("if-modified-since") == self.modified
        if matches:
            return 304, self.unchanged
        return 200, self.gzipped if "gzip" in headers.get("accept-encoding", "") else self.plain


def page(feed: int, *, entries: int, added: int) -> Page:
    """Build a feed's document in one state, and its answers."""
    body = feeds.document(feed, entries=entries, added=added)
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    modified = format_datetime(_START + timedelta(hours=added), usegmt=True)
    kind = "atom" if b"<feed" in body[:200] else "rss"
    validators = f"ETag: {etag}\r\nLast-Modified: {modified}\r\nCache-Control: max-age=0\r\n"
    shared = f"Content-Type: application/{kind}+xml; charset=utf-8\r\n{validators}"
    small = gzip.compress(body, 6, mtime=0)
    return Page(
        etag=etag,
        modified=modified,
        plain=_answer("200 OK", shared, body),
        gzipped=_answer("200 OK", f"{shared}Content-Encoding: gzip\r\n", small),
        unchanged=f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode(),
    )


def _answer(status: str, headers: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Publishers:
    """All pages in all states, and counts of the responses."""

    def __init__(self, count: int, entries: int) -> None:
        self.pages = [
            [page(number, entries=entries, added=added) for number in range(count)]
            for added in range(STATES)
        ]
        self.added = 0
        self.asked: Counter[str] = Counter()

    def answer(self, path: str, headers: dict[str, str]) -> bytes:
        """The whole answer to one request."""
        if path == "/hook":
            self.asked["hook"] += 1
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path.startswith("/added/"):
            self.added = int(path.removeprefix("/added/"))
            return _answer("200 OK", "")
        if path == "/asked":
            body = json.dumps(self.asked).encode()
            self.asked.clear()
            return _answer("200 OK", "Content-Type: application/json\r\n", body)
        name = path.removeprefix("/").removesuffix(".xml")
        if not name.isdecimal() or int(name) >= len(self.pages[0]):
            self.asked["404"] += 1
            return _answer("404 Not Found", "")
        status, answer = self.pages[self.added][int(name)].answer(headers)
        self.asked[str(status)] += 1
        return answer


class Connection(asyncio.Protocol):
    """One persistent connection with sequential requests."""

    def __init__(self, publishers: Publishers) -> None:
        self._publishers = publishers
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._publishers.asked["connections"] += 1

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(b"\r\n\r\n")) >= 0:
            request, *lines = self._seen[:end].decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines)
            }
            whole = end + 4 + int(headers.get("content-length", 0))
            if len(self._seen) < whole:
                return
            self._seen = self._seen[whole:]
            path = request.split(" ")[1].partition("?")[0]
            self._transport.write(self._publishers.answer(path, headers))


async def main(count: int, entries: int, hosts: int) -> None:
    publishers = Publishers(count, entries)
    loop = asyncio.get_running_loop()
    port = 0
    for number in range(1, hosts + 1):
        server = await loop.create_server(
            lambda: Connection(publishers), f"127.0.0.{number}", port, backlog=1024
        )
        port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # Standard input ends with the benchmark, however it ends.
    gone = asyncio.Event()
    loop.add_reader(sys.stdin, gone.set)
    await gone.wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:4])))
