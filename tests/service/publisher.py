"""A web server on loopback: it publishes documents and receives webhooks."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Hook:
    """A webhook endpoint: what it answers, and what it got."""

    answers: list[int] = field(default_factory=lambda: [204])  # one a call, the last for ever
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.calls]

    def bodies(self, secret: str) -> list[dict[str, Any]]:
        """Every body, each verified with the package that receivers use."""
        return [Webhook(secret).verify(body, headers) for headers, body in self.calls]


class Publisher:
    """Serves documents with ETags, and hooks; used as a context manager."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.statuses: dict[str, int] = {}  # of paths that do not answer 200
        self.hooks: dict[str, Hook] = {}
        self.asked: list[tuple[str, int]] = []
        self._server = _Server(("127.0.0.1", 0), self._request_class())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def publish(self, path: str, document: bytes, *, status: int = 200) -> str:
        """Serve a document, or answer with another status; return the address."""
        self.documents[path] = document
        self.statuses[path] = status
        return self.address + path

    def hook(self, path: str, *answers: int) -> tuple[str, Hook]:
        """Open an endpoint; return its address and itself."""
        self.hooks[path] = Hook(answers=list(answers) or [204])
        return self.address + path, self.hooks[path]

    def _request_class(self) -> type[BaseHTTPRequestHandler]:
        return type("Request", (_Request,), {"publisher": self})


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Who asked is gone: some tests kill it."""


class _Request(BaseHTTPRequestHandler):
    """One request; `publisher` is set for each server."""

    protocol_version = "HTTP/1.1"
    publisher: Publisher

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        document = self.publisher.documents.get(self.path)
        if document is None:
            return self._answer(404)
        etag = f'"{hashlib.sha256(document).hexdigest()[:12]}"'
        if self.headers.get("If-None-Match") == etag:
            return self._answer(304, ETag=etag)
        return self._answer(self.publisher.statuses.get(self.path, 200), document, ETag=etag)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hook = self.publisher.hooks.get(self.path)
        if hook is None:
            return self._answer(404)
        headers = {name.lower(): value for name, value in self.headers.items()}
        hook.calls.append((headers, body))
        return self._answer(hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0])

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.publisher.asked.append((self.path, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def rss(*headlines: str, title: str = "Test Wire") -> bytes:
    """A small feed whose items are named by their headlines."""
    items = "".join(
        f"<item><title>{headline}</title>"
        f"<guid isPermaLink='false'>{hashlib.sha256(headline.encode()).hexdigest()[:8]}</guid>"
        f"<link>https://wire.example/{hashlib.sha256(headline.encode()).hexdigest()[:8]}</link>"
        f"</item>"
        for headline in headlines
    )
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://wire.example/</link><description>x</description>{items}</channel></rss>"
    ).encode()


def opml(*urls: str) -> str:
    """A feed list."""
    outlines = "".join(f"<outline type='rss' xmlUrl='{url}'/>" for url in urls)
    return f"<opml version='2.0'><head/><body>{outlines}</body></opml>"


def as_json(text: str) -> Any:
    """What a command printed with --json."""
    return json.loads(text)
