"""The measurement of growth counts every article once, none being a copy of another."""

from __future__ import annotations

from itertools import islice

from tests.bench.stories.growth import examples, measure, pairings


def test_entries_are_distinct_and_blocks_count_them():
    entries = list(islice(pairings(examples()), 3_000))
    assert len({entry.guid for entry in entries}) == len(entries)
    blocks = measure(3, 6, None)
    assert [(block.first_day, block.articles) for block in blocks] == [(1, 15), (6, 3)]
    assert all(block.milliseconds > 0 for block in blocks)
