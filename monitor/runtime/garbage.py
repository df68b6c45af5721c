"""Garbage collection in a process of the program: rarely while it starts, then without its modules.

A started program has some 180,000 objects, of modules and classes, which live to its end.
Collections while they come into being find nothing: 50 ms of each command.
"""

from __future__ import annotations

import gc

# Objects that are allocated before the next collection.
_WHILE_STARTING = 300_000  # more than all imports; garbage of a command stays below 100 MB
# Nearly all objects of a poll live until it ends.  With the default of 700 each is examined several
# times: a tenth of the time of a first poll.
_WHILE_RUNNING = 20_000


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
