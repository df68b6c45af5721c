"""Worker process that parses documents in isolation from the service.

`pool.py` starts it, sends it requests and kills it.  It reads requests from standard input until
that is closed (so it does not outlive its parent for long), and it may neither open files nor use
the network.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import IO

from monitor.collect.parse.document import parse_document
from monitor.collect.parse.rss_atom import feedparser_patches
from monitor.collect.workers import protocol
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

RETIRE_AFTER = 500  # documents; bounds what libraries leak
# Where processors are short, the service itself goes first: people wait for its pages.
NICENESS = 5
_SIZES = "/proc/self/statm"  # the first number is the address space in pages

# Called with `body` and the keywords `content_type`, `url`, `max_entries` and `memory`.
ParseFunction = Callable[..., Parsed]

_FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_CODE = (".py", ".pyc", ".so", ".zip")  # codecs are modules, imported at first use


def main(arguments: list[str], parse: ParseFunction | None = None) -> None:
    """Serve requests until standard input closes.

    `arguments` are the memory limit in bytes, CPU seconds for each document, and the largest number
    of entries.  `parse` is `parse_document` unless given.
    """
    memory_bytes, max_entries = int(arguments[0]), int(arguments[2])
    cpu = timedelta(seconds=float(arguments[1]))
    # Only the parent ends this process: ^C in a terminal and a supervisor's signal reach the parent
    # too, which may want to finish the current document.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(protocol.CPU_SIGNAL, signal.SIG_DFL)
    os.nice(NICENESS)
    limit_memory(memory_bytes)
    process_size = size_reader()
    feedparser_patches.apply()
    sys.addaudithook(forbid_access)
    serve(
        sys.stdin.buffer,
        sys.stdout.buffer,
        partial(parse or parse_document, max_entries=max_entries),
        cpu=cpu,
        # Memory that one document leaves behind must not count against the next.
        is_grown=lambda: process_size() > memory_bytes // 2,
    )


def limit_memory(memory_bytes: int) -> None:
    """Limit the address space to `memory_bytes`, and disable core files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS refuses to set this limit
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def size_reader() -> Callable[[], int]:
    """Return a function for this process's address space in bytes; it gives 0 without /proc.

    getrusage does not serve: on Linux a child inherits the maximum of its parent.
    """
    try:
        file = os.open(_SIZES, os.O_RDONLY)
    except OSError:
        return lambda: 0
    return lambda: int(os.pread(file, 100, 0).split()[0]) * resource.getpagesize()


def forbid_access(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook that forbids files other than code, sockets and processes.

    Parsing needs none of them; this stops a document that exploits a library.
    """
    if event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(f"{event}: not allowed in a worker process")
    if event == "open" and not str(arguments[0]).endswith(_CODE):
        raise PermissionError("open: not allowed in a worker process")


def serve(
    requests: IO[bytes],
    replies: IO[bytes],
    parse: ParseFunction,
    *,
    cpu: timedelta,
    is_grown: Callable[[], bool],
) -> None:
    """Answer requests in order; return when `requests` ends.

    Each document may use `cpu` of processor time; `is_grown` says that the process has become too
    large and should be replaced.
    """
    served = 0
    while (request := protocol.read_request(requests)) is not None:
        # This timer counts the CPU time of this process, not of others.
        signal.setitimer(signal.ITIMER_PROF, cpu.total_seconds())
        outcome = _outcome(request, parse)
        signal.setitimer(signal.ITIMER_PROF, 0)
        served += 1
        retire = served >= RETIRE_AFTER or is_grown()
        replies.write(protocol.pack_reply(protocol.ParseReply(outcome=outcome, retire=retire)))
        replies.flush()


def _outcome(request: protocol.ParseRequest, parse: ParseFunction) -> Parsed | ParseError:
    try:
        return parse(
            request.body,
            content_type=request.content_type,
            url=request.url,
            memory=request.memory,
        )
    except ParseError as error:
        return error
    except MemoryError:
        os._exit(protocol.OUT_OF_MEMORY)  # a reply would need memory
    except Exception as error:  # noqa: BLE001 - loop boundary: one document must not end the worker
        name = type(error).__name__
        return ParseError(FeedReason.NOT_A_FEED, f"the document makes the parser fail ({name})")
