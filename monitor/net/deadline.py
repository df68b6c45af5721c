"""Deadlines for answers: a process that stood still takes what arrived meanwhile.

After SIGSTOP, a suspended machine or a starved processor, `asyncio.timeout` gives up although the
answer already waits in the socket.  A receiver that answered in time would get the message again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_LATE = 0.5  # seconds after the deadline at which its timer shows that the process stood still
_GRACE = 1.0  # seconds to read what has arrived


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`.  Raise TimeoutError when it takes longer than `seconds`.

    When the deadline itself is noticed late, `work` has another second.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if not task.done() and clock() > deadline + _LATE:
            await asyncio.wait({task}, timeout=_GRACE)
        if task.done():
            return task.result()
    finally:
        task.cancel()  # no effect on one that is done
    await asyncio.wait({task})
    raise TimeoutError
