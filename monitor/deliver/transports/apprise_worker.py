"""Apprise worker: the child process that sends messages, behind an audit hook as egress guard.

Apprise has a client for each service, and each opens its own connections.  So the guard is an audit
hook of the interpreter (PEP 578): an address is checked when it is connected to, whatever code
connects, redirects and repeated look-ups included.  Programs are not started, and only files of
Python and the system are opened.

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

# What no chat service needs: other programs, and services of this machine.
_NEVER = frozenset(
    {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"}
    | {"pty.spawn", "subprocess.Popen", "syslog.openlog", "syslog.syslog", "socket.bind"}
)
_TO_AN_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
# Services of this machine's desktop and log.
_LOCAL = frozenset(
    {"dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "file"}
)
# Options that make a service read a file of this machine.
_READS_FILES = frozenset({"template", "keyfile", "pgpkey", "attach"})
_SYSTEM = ("/usr/lib", "/usr/share", "/usr/local/lib", "/etc/ssl", "/etc/pki", "/etc/mime.types")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_LOG_LEVELS = ("WARNING", "ERROR", "CRITICAL")
_LONGEST_WORDS = 300


class Guard:
    """Audit hook that refuses what no message needs; `refused` is the last reason."""

    def __init__(self, allow: Sequence[egress.Network]) -> None:
        self.refused = ""
        self._allow = allow
        paths = [*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, *sys.path]
        self._readable = tuple({os.path.realpath(path) for path in paths if path} | {*_SYSTEM})

    def __call__(self, event: str, details: tuple[Any, ...]) -> None:
        if event in _NEVER:
            raise egress.EgressRefused(f"{event} is not needed for messages")
        if event in _TO_AN_ADDRESS:
            self.judge(details[1])
        if event == "open" and isinstance(details[0], str | bytes):
            self._judge_file(os.fsdecode(details[0]), details[2])

    def judge(self, address: object) -> None:
        """Raise EgressRefused for a closed address that the operator did not permit."""
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
            raise egress.EgressRefused(f"the file {Path(path).name} is not needed for messages")


def asset() -> Any:
    """Apprise without files, redirects, templates and third-party plugins."""
    import apprise

    return apprise.AppriseAsset(
        async_mode=False, storage_mode="memory", http_redirects=False, allow_templates=False
    )


def service_of(url: str) -> tuple[Any, str]:
    """The service of this URL and an empty text, or None and the reason."""
    import apprise

    schema = url.partition("://")[0].lower()
    if schema in _LOCAL:
        return None, f"{schema}:// stays on this machine: use a service of the network"
    service = apprise.Apprise.instantiate(url, asset=asset(), suppress_exceptions=True)
    if service is None:
        return None, f"Apprise can't read this {schema}:// address, or knows no such service"
    options = service.__class__.parse_url(url) or {}
    file_options = _READS_FILES & {str(name).lower() for name in options.get("qsd", {})}
    if file_options:
        return (
            None,
            f"the option {min(file_options)} would read a file of this machine: omit it",
        )
    if len(service) > 1:
        return (
            None,
            "it names several receivers: add one subscription for each",
        )
    service.redirects = False  # whatever the URL says
    return service, ""


def send(service: Any, title: str, body: str) -> tuple[bool, str]:
    """Send it once; whether it was accepted, and what Apprise logged."""
    import apprise

    sender = apprise.Apprise(asset=asset())
    sender.add(service)
    result = sender.notify(body=body, title=title, body_format="text")
    words = " ".join(entry.message for entry in result.logs() if entry.level in _LOG_LEVELS)
    return bool(result), words[:_LONGEST_WORDS]


def answer(request: dict[str, str], guard: Guard) -> dict[str, object]:
    """The answer to one request."""
    guard.refused = ""
    service, why = service_of(request["url"])
    if service is None:
        return {"ok": False, "words": why, "refused": "", "service": ""}
    name = str(service.service_name)
    if request["do"] == "check":
        host = str(service.host or "")
        refused = _literal(host, guard)
        return {"ok": not refused, "words": refused, "refused": refused, "service": name}
    ok, words = send(service, request["title"], request["body"])
    return {"ok": ok, "words": words, "refused": guard.refused, "service": name}


def _literal(host: str, guard: Guard) -> str:
    """Why a host that is an IP address is refused, or an empty text."""
    try:
        literal = "127.0.0.1" if host.lower() == "localhost" else str(ip_address(host))
        guard.judge((literal, 0))
    except (ValueError, egress.EgressRefused):  # a name or a token, or refused
        return guard.refused
    return ""


def main(requests: TextIO, answers: TextIO, allow: str) -> None:
    """Answer line by line until the input ends."""
    service_of("json://localhost/")  # so that the plugins are loaded before the first request
    guard = Guard([ip_network(text) for text in json.loads(allow)])
    sys.addaudithook(guard)
    answers.write("{}\n")  # ready
    answers.flush()
    for line in requests:
        answers.write(json.dumps(answer(json.loads(line), guard)) + "\n")
        answers.flush()


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    main(sys.stdin, output, sys.argv[1])
