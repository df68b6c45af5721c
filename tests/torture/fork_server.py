"""Fork server: starts processes of `monitor` that need not import the program first.

    python -m tests.torture.fork_server

takes a JSON object a line: `{"start": [arguments], "environment": …, "log": …}` answers with the
process id, `{"wait": pid, "within": seconds}` with how it ended, or null if it goes on.
A forked process runs what `python -m monitor` runs; only the import is saved, which is most of a
start, so that a test can start many.
"""

from __future__ import annotations

import json
import os
import select
import sys
from importlib import import_module
from typing import Any

# What a process of the program would import: it is imported once, for every process to come.
_IMPORTED = (
    "monitor.classify.packs.pack",
    "monitor.cli",
    "monitor.collect.http.fetcher",
    "monitor.deliver.transports.smtp",
    "monitor.deliver.transports.webhook_client",
    "monitor.runtime.service",
)


def main() -> None:
    for module in _IMPORTED:
        import_module(module)
    _answer("ready")
    for line in sys.stdin:
        request = json.loads(line)
        _answer(_wait(**request) if "wait" in request else _start(**request))


def _answer(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _start(start: list[str], environment: dict[str, str], log: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _run(start, environment, log)
    finally:  # never return into the loop above
        os._exit(70)


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """Run `monitor` in this process, with its output in a file."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    from monitor.cli import run

    code = run(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _wait(wait: int, within: float) -> Any:
    handle = os.pidfd_open(wait)
    try:
        ended, _, _ = select.select([handle], [], [], within)
    finally:
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(wait, 0)[1]) if ended else None


if __name__ == "__main__":
    main()
