"""Memory settings of the process: garbage collection, and the arenas of malloc.

A started program has some 180,000 objects, of modules and classes, which live to its end.
Collections while they come into being find nothing: 50 ms of each command.
"""

from __future__ import annotations

import gc
import os

# Objects that are allocated before the next collection.
_WHILE_STARTING = 300_000  # more than imports allocate
# Nearly all objects of a poll live until it ends.  With the default of 700 each is examined several
# times: a tenth of the time of a first poll.
_WHILE_RUNNING = 20_000
_M_ARENA_MAX = -8  # of malloc.h


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


def use_one_arena() -> None:
    """Before any thread is started: let all of them allocate from one arena.

    glibc gives each thread an arena of its own, and what a page needed for a moment stays in the
    arena of its thread: 8 MB of a console that was used.  Threads take turns in the interpreter, so
    they hardly ever wait for the arena.  The variable MALLOC_ARENA_MAX has precedence; other C
    libraries have no arenas.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
