"""The process that speaks to chats: Apprise, behind a guard that it can't get around.

Apprise brings a client for each of its services, and each opens its own connections.  So the guard
stands where the interpreter itself reports them (PEP 578): an address is judged when it is
connected to, whoever asks, redirects and second look-ups included.  Programs are not started, and
files that are none of Python's or the system's are not opened.

One JSON line in, `{"do": "check" | "send", "url", "title", "body"}`, one JSON line out: `{"ok",
"words", "refused", "service"}`.  The only argument is a JSON list of address ranges to allow.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, TextIO

from monitor.net import egress

# What a chat service never needs: other programs, and talking to this machine's own services.
_NEVER = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"}
    | {"pty.spawn", "subprocess.Popen", "syslog.openlog", "syslog.syslog", "socket.bind"}
)
_TO_AN_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
# Services of this machine's desktop and log: no message of ours belongs there.
_LOCAL = frozenset(
    {"dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "file"}
)
# Options that make a service read a file of this machine.
_READS_FILES = frozenset({"template", "keyfile", "pgpkey", "attach"})
_SYSTEM = ("/usr/lib", "/usr/share", "/usr/local/lib", "/etc/ssl", "/etc/pki", "/etc/mime.types")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_SAID = ("WARNING", "ERROR", "CRITICAL")
_LONGEST_WORDS = 300


class Guard:
    """Says no to whatever leaves the way of a message; remembers the last no."""

    def __init__(self, allow: Sequence[egress.Network]) -> None:
        self.refused = ""
        self._allow = allow
        paths = [*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, *sys.path]
        self._readable = tuple({os.path.realpath(path) for path in paths if path} | {*_SYSTEM})

    def __call__(self, event: str, details: tuple[Any, ...]) -> None:
        if event in _NEVER:
            raise egress.EgressRefused(f"{event} is not for messages")
        if event in _TO_AN_ADDRESS:
            self.judge(details[1])
        if event == "open" and isinstance(details[0], str | bytes):
            self._judge_file(os.fsdecode(details[0]), details[2])

    def judge(self, address: object) -> None:
        """Raise EgressRefused for an address that the operator did not open."""
        host = address[0] if isinstance(address, tuple) and address else None
        try:
            why = egress.refusal(ip_address(str(host)), self._allow)
        except ValueError:
            why = f"{address!r} is not an address of the internet"
        if why:
            self.refused = str(egress.EgressRefused(why).strerror)
            raise egress.EgressRefused(why)

    def _judge_file(self, path: str, flags: object) -> None:
        writes = isinstance(flags, int) and flags & _WRITING
        if path != os.devnull and (writes or not os.path.realpath(path).startswith(self._readable)):
            raise egress.EgressRefused(f"the file {Path(path).name} is not for messages")


def asset() -> Any:
    """Apprise without files, redirects, templates and plugins of others."""
    import apprise

    return apprise.AppriseAsset(
        async_mode=False, storage_mode="memory", http_redirects=False, allow_templates=False
    )


def service(url: str) -> tuple[Any, str]:
    """The service that the address names, or None and why it can't be used."""
    import apprise

    schema = url.partition("://")[0].lower()
    if schema in _LOCAL:
        return None, f"{schema}:// stays on this machine: use a service of the network"
    found = apprise.Apprise.instantiate(url, asset=asset(), suppress_exceptions=True)
    if found is None:
        return None, f"Apprise can't read this {schema}:// address, or knows no such service"
    options = found.__class__.parse_url(url) or {}
    asked = _READS_FILES & {str(name).lower() for name in options.get("qsd", {})}
    if asked:
        return None, f"the option {min(asked)} would read a file of this machine: leave it out"
    if len(found) > 1:
        return None, "it names several receivers: one subscription for each, so none is told twice"
    found.redirects = False  # whatever the address says
    return found, ""


def send(found: Any, title: str, body: str) -> tuple[bool, str]:
    """Hand it over once; what Apprise logged about it are the words."""
    import apprise

    every = apprise.Apprise(asset=asset())
    every.add(found)
    result = every.notify(body=body, title=title, body_format="text")
    said = " ".join(entry.message for entry in result.logs() if entry.level in _SAID)
    return bool(result), said[:_LONGEST_WORDS]


def answer(asked: dict[str, str], guard: Guard) -> dict[str, object]:
    """What became of one line."""
    guard.refused = ""
    found, why = service(asked["url"])
    if found is None:
        return {"ok": False, "words": why, "refused": "", "service": ""}
    name = str(found.service_name)
    if asked["do"] == "check":
        host = str(found.host or "")
        refused = _literal(host, guard)
        return {"ok": not refused, "words": refused, "refused": refused, "service": name}
    ok, words = send(found, asked["title"], asked["body"])
    return {"ok": ok, "words": words, "refused": guard.refused, "service": name}


def _literal(host: str, guard: Guard) -> str:
    """Why a host that is an address already is refused."""
    try:
        literal = "127.0.0.1" if host.lower() == "localhost" else str(ip_address(host))
        guard.judge((literal, 0))
    except (ValueError, egress.EgressRefused):  # a name or a token; or refused
        return guard.refused
    return ""


def main(asked: TextIO, told: TextIO, allow: str) -> None:
    """Answer line by line until the input ends; a crash ends this process, and only it."""
    service("json://localhost/")  # so its plugins are read before anyone waits for an answer
    guard = Guard([ip_network(text) for text in json.loads(allow)])
    sys.addaudithook(guard)
    told.write("{}\n")  # ready
    told.flush()
    for line in asked:
        told.write(json.dumps(answer(json.loads(line), guard)) + "\n")
        told.flush()


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    main(sys.stdin, output, sys.argv[1])
