"""Settings of malloc for a service: one arena of glibc for all threads."""

from __future__ import annotations

import ctypes
import os

_M_ARENA_MAX = -8  # of malloc.h


def use_one_arena() -> None:
    """Before any thread is started: let all of them allocate from one arena.

    glibc gives each thread an arena of its own, and what a page needed for a moment stays in the
    arena of its thread: 8 MB of a console that was used.  Threads take turns in the interpreter, so
    they hardly ever wait for the arena.  The variable MALLOC_ARENA_MAX has precedence; other C
    libraries have no arenas.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
