"""The cases of this folder: their files, the server that answers as they say, and a workspace."""

from __future__ import annotations

import gzip
import json
import os
import socketserver
import subprocess
import sys
import threading
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# Long values, so that the files of the cases stay short.
_FILLINGS = {"{PICTURE}": ("A" * 76 + "\n") * 1_200, "{STYLE}": "a{b:c}" * 12_000, "{NUL}": "\0"}
_CODINGS = {
    "": lambda body: body,
    "none": lambda body: b"",
    "chunked": lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
    "chunks without the last": lambda body: b"%x\r\n%s\r\n" % (len(body), body),
    "gzip padded": lambda body: gzip.compress(body) + bytes(8),
    "deflate": lambda body: zlib.compress(body)[2:-4],
}
_USUAL = "<item><title>Usual news</title><link>{BASE}/usual</link></item>"


def cases(kind: str) -> list[dict[str, Any]]:
    """The cases of one file."""
    return list(tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8"))["case"])


@dataclass
class CaseServer:
    """A web server on loopback whose answers are octets: head and body, by path."""

    answers: dict[str, bytes] = field(default_factory=dict)

    def start(self) -> socketserver.ThreadingTCPServer:
        """Serve in a thread; the caller closes the server."""
        answers = self.answers

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                path = self.rfile.readline().split()[1].decode()
                while self.rfile.readline().strip():
                    pass
                missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                self.wfile.write(answers.get(path, missing))

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.root = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def filled(self, name: str, text: str) -> str:
        """The text with the addresses of a case, and with its long values."""
        values = {"{BASE}": f"{self.root}/{name}", "{ROOT}": self.root, "{NAME}": name}
        values |= {"{HOST}": self.root.removeprefix("http://"), **_FILLINGS}
        for mark, value in values.items():
            text = text.replace(mark, value)
        return text

    def put(self, case: Mapping[str, Any], *, later: bool = False) -> None:
        """Answer at the address of this case, in the second round with its later document."""
        name = case["name"]
        body = self.filled(name, _document(case, later=later)).encode(case.get("charset", "utf-8"))
        usual = f"HTTP/1.1 200 OK\r\nContent-Type: {case.get('content_type', 'text/xml')}\r\n"
        head = case.get("head", usual + "Content-Length: {LENGTH}\r\n\r\n")
        head = self.filled(name, head).replace("{LENGTH}", str(len(body)))
        self.answers[f"/{name}"] = head.encode() + _CODINGS[case.get("coding", "")](body)
        whole = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        self.answers[f"/{name}/elsewhere"] = whole


def _document(case: Mapping[str, Any], *, later: bool) -> str:
    if "document" in case:
        return str(case["document"]).lstrip("\n")
    entries = case.get("items", "") + (case.get("later", "") if later else "")
    for number, (text, _) in enumerate(case.get("dates", ())):
        entries += f"<item><title>Entry {number}</title><link>{{BASE}}/{number}</link>"
        entries += f"<pubDate>{text}</pubDate></item>"
    for number, text in enumerate([*case.get("matches", ()), *case.get("others", ())]):
        entries += f"<item><title>{text}</title><link>{{BASE}}/{number}</link></item>"
    declared = f" encoding='{case['declared']}'" if "declared" in case else ""
    language = f"<language>{case['language']}</language>" if "language" in case else ""
    return (
        f"<?xml version='1.0'{declared}?><rss version='2.0'><channel><title>F</title>{language}"
        f"{_USUAL}{entries}</channel></rss>"
    )


class Workspace:
    """A folder in which the program is run as people run it: one process for each command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")
        }
        allowed = '["127.0.0.0/8"]'
        self._environment = {**inherited, "MONITOR_EGRESS__ALLOW": allowed, "TZ": "UTC"}
        self.run("init", ".", "--bare")

    def run(self, *words: str) -> str:
        """Run a command; return what it prints."""
        program = [sys.executable, "-m", "monitor", *words]
        done = subprocess.run(
            program, cwd=self.folder, env=self._environment, capture_output=True, timeout=300
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def json(self, *words: str) -> Any:
        """The document that a command prints with --json."""
        return json.loads(self.run(*words, "--json"))

    def json_lines(self, *words: str) -> list[Any]:
        """The documents that a command prints, one a line."""
        return [json.loads(line) for line in self.run(*words).splitlines() if line.strip()]

    def watch(self, urls: Mapping[str, str]) -> None:
        """Watch these feeds, by name."""
        outlines = "".join(f'<outline text="{name}" xmlUrl="{urls[name]}"/>' for name in urls)
        listed = f'<opml version="2.0"><body>{outlines}</body></opml>'
        (self.folder / "list.opml").write_text(listed, encoding="utf-8")
        self.run("feeds", "import", "list.opml")
