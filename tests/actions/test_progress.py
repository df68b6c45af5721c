"""Progress counts what was worked on."""

from __future__ import annotations

from monitor.actions.progress import counted


def test_an_item_counts_when_the_next_one_is_wanted():
    numbers: list[int] = []
    items = counted("abc", numbers.append)
    assert (next(items), numbers) == ("a", [])
    assert (list(items), numbers) == (["b", "c"], [1, 2, 3])
