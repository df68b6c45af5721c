"""A cache of answers of the store that many readers ask for: each is computed once in a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Value = TypeVar("Value")

_MOST = 64  # answers; the oldest is dropped


class ShortCache(Generic[Value]):
    """Answers by key, each at most `age` old; of requests at the same time one computes."""

    def __init__(self, clock: Callable[[], datetime], age: timedelta) -> None:
        self._clock = clock
        self._age = age
        self._answers: dict[Hashable, tuple[datetime, Value]] = {}
        self._lock = asyncio.Lock()

    async def get(self, key: Hashable, compute: Callable[[], Awaitable[Value]]) -> Value:
        """The answer for this key; what `compute` raises is raised, and not stored."""
        async with self._lock:
            now = self._clock()
            stored = self._answers.get(key)
            if stored is not None and abs(now - stored[0]) < self._age:
                return stored[1]
            value = await compute()
            self._answers.pop(key, None)
            self._answers[key] = (now, value)
            if len(self._answers) > _MOST:
                del self._answers[next(iter(self._answers))]
            return value
