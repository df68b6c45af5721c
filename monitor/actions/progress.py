"""Progress of long work: items that are counted while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def counted(items: Iterable[Item], on_progress: Callable[[int], None]) -> Iterator[Item]:
    """The same items; `on_progress` is called with their number, each after it was worked on."""
    for number, item in enumerate(items, start=1):
        yield item
        on_progress(number)
