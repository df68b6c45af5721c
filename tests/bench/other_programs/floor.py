"""The floor: the minimum cost of polling in Python, without judging, cleaning or limits.

    python -m tests.bench.other_programs.floor DATABASE add FILE    a line of FILE is an address
    python -m tests.bench.other_programs.floor DATABASE update
    python -m tests.bench.other_programs.floor DATABASE count

http.client on kept connections, expat, sqlite3 in one transaction, one thread.
"""

from __future__ import annotations

import http.client
import sqlite3
import sys
import zlib
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers import expat

_FIELDS = {
    "title": 1, "guid": 2, "id": 2, "link": 3, "pubDate": 4, "published": 4,
    "description": 5, "content": 5, "content:encoded": 5,
}  # fmt: skip
_TABLES = """
pragma journal_mode=wal; pragma synchronous=normal;
create table if not exists feed (url text primary key, etag text, modified text) without rowid;
create table if not exists entry (
    feed text, title text, guid text, link text, at text, body text, primary key (feed, guid)
);
"""


class Entries:
    """The entries of one document, as rows."""

    def __init__(self, feed: str, document: bytes) -> None:
        self.rows: list[list[str]] = []
        self._feed = feed
        self._row: list[str] | None = None
        self._text: list[str] = []
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(document, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        if name in ("item", "entry"):
            self._row = [self._feed, "", "", "", "", ""]
        elif name == "link" and self._row and "href" in attributes:
            self._row[3] = attributes["href"]

    def _end(self, name: str) -> None:
        if self._row is None:
            return
        if name in ("item", "entry"):
            self.rows.append(self._row)
            self._row = None
        elif name in _FIELDS and self._text:
            self._row[_FIELDS[name]] = "".join(self._text)


class HttpConnections:
    """Sequential GET requests, with one persistent connection for each host."""

    def __init__(self) -> None:
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def get(self, url: str, etag: str | None) -> tuple[int, bytes, str | None]:
        parts = urlsplit(url)
        if parts.netloc not in self._connections:
            self._connections[parts.netloc] = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection = self._connections[parts.netloc]
        headers = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etag} if etag else {})
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.headers["Content-Encoding"] == "gzip":
            body = zlib.decompress(body, wbits=31)
        return answer.status, body, answer.headers["ETag"]


def update(database: sqlite3.Connection) -> None:
    connections = HttpConnections()
    for url, etag in database.execute("select url, etag from feed").fetchall():
        status, body, new_etag = connections.get(url, etag)
        if status == 200:
            rows = Entries(url, body).rows
            database.executemany("insert or ignore into entry values (?, ?, ?, ?, ?, ?)", rows)
            database.execute("update feed set etag = ? where url = ?", (new_etag, url))
    database.commit()


def main(file: str, verb: str, addresses: str = "") -> None:
    database = sqlite3.connect(file)
    database.executescript(_TABLES)
    if verb == "add":
        rows = [(address,) for address in Path(addresses).read_text().split()]
        database.executemany("insert into feed (url) values (?)", rows)
        database.commit()
    elif verb == "update":
        update(database)
    else:
        (count,) = database.execute("select count(*) from entry").fetchone()
        sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
