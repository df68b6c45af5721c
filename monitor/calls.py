"""How a call reaches the one thread that owns a store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class InStore(Protocol):
    """Run a call in that thread."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]: ...
