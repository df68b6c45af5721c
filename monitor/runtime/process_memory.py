"""Memory settings of the process: garbage collection, and what malloc keeps.

A started program has some 180,000 objects, of modules and classes, which live to its end.
Collections while they come into being find nothing: 50 ms of each command.
"""

from __future__ import annotations

import gc
import linecache
import os
from collections.abc import Callable

# Objects that are allocated before the next collection.
_WHILE_STARTING = 300_000  # more than imports allocate
# Nearly all objects of a poll live until it ends.  With the default of 700 each is examined several
# times: a tenth of the time of a first poll.
_WHILE_RUNNING = 20_000
# What requests leave is garbage at once: 4 MB of a console that was used.
_WITH_PAGES = 2_000
# Of malloc.h; each has a variable of the environment, which has precedence.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_RETURNED_BYTES = 131_072  # glibc begins with this, and raises it to 64 MB while a program runs
_MALLOC_SETTINGS = (
    ("MALLOC_ARENA_MAX", _M_ARENA_MAX, 1),
    ("MALLOC_TRIM_THRESHOLD_", _M_TRIM_THRESHOLD, _RETURNED_BYTES),
    ("MALLOC_MMAP_THRESHOLD_", _M_MMAP_THRESHOLD, _RETURNED_BYTES),
)


def postpone_collection() -> None:
    """Before the program imports its modules: leave them alone."""
    gc.set_threshold(_WHILE_STARTING, 20, 20)


def start_collection() -> None:
    """When the work begins: collect what it leaves, and never examine what is there by now.

    Does nothing in a process that has not called `postpone_collection`, such as one of the tests.
    """
    if gc.get_threshold()[0] == _WHILE_STARTING:
        gc.freeze()
        gc.set_threshold(_WHILE_RUNNING, 20, 20)


def collect_for_pages() -> None:
    """When a service has loaded what its pages need: never examine that, and collect often.

    The lines of source that libraries read meanwhile are forgotten.

    Does nothing in a process that has not called `start_collection`, such as one of the tests.
    """
    if gc.get_threshold()[0] == _WHILE_RUNNING:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_WITH_PAGES, 10, 10)
        linecache.clearcache()


def return_free_pages() -> None:
    """Give free pages between blocks that stay back to the system: 2 MB of a new console.

    Of a service that had read 1,000 damaged feeds it was 22 of 344 MB.  glibc does so by itself at
    the end of its heap only.  Takes some milliseconds, in which other threads can't allocate.
    """
    malloc_trim = _c_function("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def keep_little_memory() -> None:
    """Before any thread is started: share one arena, and give freed memory back at once.

    glibc gives each thread an arena of its own, and what a page needed for a moment stays in the
    arena of its thread: 8 MB of a console that was used.  Threads take turns in the interpreter, so
    they hardly ever wait for the arena.  What a document, a page or the files of a pack needed for
    a moment stays as well, another 5 MB.  Other C libraries have no such settings.
    """
    mallopt = _c_function("mallopt")
    if mallopt is None:
        return
    for variable, parameter, value in _MALLOC_SETTINGS:
        if variable not in os.environ:
            mallopt(parameter, value)


def _c_function(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has no such function."""
    import ctypes

    return getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None
