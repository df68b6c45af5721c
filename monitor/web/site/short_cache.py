"""A cache of answers of the store that many readers ask for: each is computed once in a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")

_MOST = 64  # answers; the oldest is dropped
_NONE = timedelta(0)


class ShortCache(Generic[Value]):
    """Answers by key, each at most `age` old; of requests at the same time one computes.

    With `grace` nobody waits for an answer that many ask for: one that is older by no more than
    this is given as it is, and computed anew meanwhile.
    """

    def __init__(
        self, clock: Callable[[], datetime], age: timedelta, *, grace: timedelta = _NONE
    ) -> None:
        self._clock = clock
        self._age = age
        self._grace = grace
        self._answers: dict[Hashable, tuple[datetime, Value]] = {}
        self._computing: dict[Hashable, asyncio.Task[Value]] = {}

    async def get(self, key: Hashable, compute: Callable[[], Awaitable[Value]]) -> Value:
        """The answer for this key; what `compute` raises is raised, and not stored."""
        stored = self._answers.get(key)
        if stored is not None:
            computed_at, value = stored
            elapsed = self._clock() - computed_at
            if abs(elapsed) < self._age:
                return value
            if _NONE < elapsed < self._age + self._grace:
                self._task(key, compute, waits=False)
                return value
        return await asyncio.shield(self._task(key, compute, waits=True))

    def has(self, key: Hashable) -> bool:
        """Whether `get` has an answer for this key without waiting."""
        stored = self._answers.get(key)
        return stored is not None and abs(self._clock() - stored[0]) < self._age + self._grace

    def begin(self, key: Hashable, compute: Callable[[], Awaitable[Value]]) -> None:
        """Compute the answer for who asks later; nobody waits for it now."""
        self._task(key, compute, waits=False)

    def _task(
        self, key: Hashable, compute: Callable[[], Awaitable[Value]], *, waits: bool
    ) -> asyncio.Task[Value]:
        """The task that computes this answer; it goes on when who asked has left."""
        task = self._computing.get(key)
        if task is None:
            # not in the context of the page that asks: with `grace` it does not wait for this
            context = None if waits else Context()
            task = asyncio.create_task(self._compute(key, compute), context=context)
            self._computing[key] = task
            task.add_done_callback(_note_error)
        return task

    async def _compute(self, key: Hashable, compute: Callable[[], Awaitable[Value]]) -> Value:
        now = self._clock()
        try:
            value = await compute()
        finally:
            del self._computing[key]
        self._answers.pop(key, None)
        self._answers[key] = (now, value)
        if len(self._answers) > _MOST:
            del self._answers[next(iter(self._answers))]
        return value


def _note_error(task: asyncio.Task[Value]) -> None:
    """Take the error of a task that nobody waits for: the next request asks again."""
    if not task.cancelled():
        task.exception()
