"""Starts lives of the program that need not import it first: each is forked from this process.

    python -m tests.torture.nursery

takes a JSON object a line: `{"start": [arguments], "environment": …, "log": …}` answers with the
life's process id, `{"wait": pid, "within": seconds}` with how it ended, or null if it goes on.
What is forked is what `python -m monitor` runs; only the time to import it is saved, which is most
of a start, so that there can be many.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any


def main() -> None:
    # what a process of the program would import
    import monitor.classify.packs.pack
    import monitor.cli
    import monitor.collect.http.fetcher
    import monitor.deliver.transports.smtp
    import monitor.deliver.transports.webhook_client
    import monitor.runtime.service  # noqa: F401

    _say("ready")
    for line in sys.stdin:
        asked = json.loads(line)
        _say(_wait(**asked) if "wait" in asked else _start(**asked))


def _say(answer: object) -> None:
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()


def _start(start: list[str], environment: dict[str, str], log: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _live(start, environment, log)
    finally:  # whatever happens: never back into the loop above
        os._exit(70)


def _live(arguments: list[str], environment: dict[str, str], log: str) -> None:
    """Be a process of `monitor`, with its output in a file."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for ours, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, theirs)
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
