"""A receiver of Watchpost's webhooks: one file, Python's standard library, nothing to install.

    WATCHPOST_SECRETS="whsec_…" python receiver.py 8080 received.db

It checks that a call is Watchpost's, keeps it once however often it comes, answers, and prints one
line for each new message.  Put your own work where `take` says so.  While a secret is rotated, put
both into WATCHPOST_SECRETS, with a space between.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 20_000  # Watchpost sends less
TOLERANCE = 5 * 60  # seconds between its clock and ours; an older call may be a replay by others


def is_authentic(headers: Mapping[str, str], body: bytes, secrets: list[str], now: float) -> bool:
    """Was this signed with one of the secrets, and just now?"""
    key, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(now - int(sent_at)) > TOLERANCE:
        return False
    signed = f"{key}.{sent_at}.".encode() + body
    signatures = headers.get("webhook-signature", "").split()
    for secret in secrets:
        raw = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(raw, signed, hashlib.sha256).digest()
        expected = ("v1," + base64.b64encode(digest).decode()).encode()
        if any(hmac.compare_digest(expected, signature.encode()) for signature in signatures):
            return True
    return False


def take(key: str, body: bytes, database: str) -> bool:
    """Keep a message; False when it was kept before.  Raise ValueError when it is no JSON."""
    message = json.loads(body)
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body TEXT)")
        kept = connection.execute(
            "INSERT OR IGNORE INTO messages VALUES (?, ?)", (key, json.dumps(message))
        )
        # Your own work goes here, into this transaction: what is kept is also done.
        # Types you do not know, and members you do not know, are not errors: leave them.
        return kept.rowcount == 1


class Receiver(BaseHTTPRequestHandler):
    """Answers quickly: what takes longer belongs into a queue of your own."""

    secrets: list[str]
    database: str

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(length))
        if not is_authentic(self.headers, body, self.secrets, time.time()):
            return self.answer(401)
        key = self.headers["webhook-id"]
        try:
            is_new = take(key, body, self.database)
        except ValueError:
            return self.answer(400)
        if is_new:
            sys.stdout.write(f"{key} {json.loads(body)['type']}\n")
            sys.stdout.flush()
        return self.answer(204)  # also for a repeat: it has arrived

    def answer(self, status: int) -> None:
        """An answer without a body."""
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *parts: object) -> None:
        """Quiet: what is new is printed by `do_POST`."""


def main() -> None:
    """Serve on this machine; a reverse proxy with TLS belongs in front."""
    port, Receiver.database = int(sys.argv[1]), sys.argv[2]
    Receiver.secrets = os.environ["WATCHPOST_SECRETS"].split()
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    sys.stdout.write(f"listening on {server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
