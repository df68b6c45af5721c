"""The process that reads documents for us, so that a hostile one can be ended and not us.

Started, fed and ended by `parse.py`.  It reads requests from standard input until that is closed
(so it never outlives its parent for long), and it may neither open files nor reach the network.
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
from monitor.collect.parse.feedparser_patches import apply
from monitor.collect.workers import protocol
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

RETIRE_AFTER = 500  # documents: whatever libraries leak ends with the process
_SIZES = "/proc/self/statm"  # the first number: pages of address space

# How a document is read: with `body`, `content_type`, `url`, `max_entries` and `memory`.
ParseFunction = Callable[..., Parsed]

_CLOSED_DOORS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_CODE = (".py", ".pyc", ".so", ".zip")  # character sets are modules, imported when first met


def main(arguments: list[str], reads: ParseFunction | None = None) -> None:
    """Serve until standard input closes: memory in bytes, CPU seconds a document, most entries.

    Documents are feeds, unless `reads` is for others.
    """
    memory_bytes, max_entries = int(arguments[0]), int(arguments[2])
    cpu = timedelta(seconds=float(arguments[1]))
    # The parent decides when we end: a ^C in its terminal and a supervisor's signal to the whole
    # group reach it too, and it may want to finish what it asked for.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(protocol.CPU_SIGNAL, signal.SIG_DFL)
    limit_memory(memory_bytes)
    size = own_size()
    apply()
    sys.addaudithook(close_doors)
    serve(
        sys.stdin.buffer,
        sys.stdout.buffer,
        partial(reads or parse_document, max_entries=max_entries),
        cpu=cpu,
        # What one document left behind must not be charged to the next.
        is_grown=lambda: size() > memory_bytes // 2,
    )


def limit_memory(memory_bytes: int) -> None:
    """Let every allocation beyond `memory_bytes` fail, and a crash leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def own_size() -> Callable[[], int]:
    """How to learn our own size in bytes, as the limit counts it; 0 where nobody knows it.

    Not getrusage: on Linux a child starts with the record size of its parent.
    """
    try:
        file = os.open(_SIZES, os.O_RDONLY)
    except OSError:
        return lambda: 0
    return lambda: int(os.pread(file, 100, 0).split()[0]) * resource.getpagesize()


def close_doors(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: no file but code is opened, no socket and no process.

    Nothing here means to; this is for what a document might talk a library into.
    """
    if event.startswith(_CLOSED_DOORS):
        raise PermissionError(f"{event}: not in the process that reads documents")
    if event == "open" and not str(arguments[0]).endswith(_CODE):
        raise PermissionError("open: not in the process that reads documents")


def serve(
    requests: IO[bytes],
    replies: IO[bytes],
    reads: ParseFunction,
    *,
    cpu: timedelta,
    is_grown: Callable[[], bool],
) -> None:
    """Answer one request after another; return when there are no more."""
    served = 0
    while (request := protocol.read_request(requests)) is not None:
        # Of this process's own time: a busy machine takes none of it.
        signal.setitimer(signal.ITIMER_PROF, cpu.total_seconds())
        outcome = _outcome(request, reads)
        signal.setitimer(signal.ITIMER_PROF, 0)
        served += 1
        retire = served >= RETIRE_AFTER or is_grown()
        replies.write(protocol.pack_reply(protocol.ParseReply(outcome=outcome, retire=retire)))
        replies.flush()


def _outcome(request: protocol.ParseRequest, reads: ParseFunction) -> Parsed | ParseError:
    try:
        return reads(
            request.body,
            content_type=request.content_type,
            url=request.url,
            memory=request.memory,
        )
    except ParseError as error:
        return error
    except MemoryError:
        os._exit(protocol.OUT_OF_MEMORY)  # there may be none left to say so in any other way
    except Exception as error:  # noqa: BLE001 - a loop edge: one document harms only itself
        name = type(error).__name__
        return ParseError(FeedReason.NOT_A_FEED, f"the document trips our reader ({name})")
