"""Incremental parsing: parses only the items of a feed that no earlier document of it had.

Most polls bring one new item among dozens, and parsing is the largest cost of a poll.  An item is
skipped when exactly its text was parsed before and nothing around it has changed that could give it
another meaning.  Of the others feedparser reads the first, which shows what surrounds the items,
and each that says anything odd; the plain ones are read faster (`plain_items.py`).  In any doubt
feedparser parses the whole document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.collect.parse.item_cache import (
    fingerprint,
    merge_entries,
    pack_items,
    state_digest,
    unpack_cache,
)
from monitor.collect.parse.outcome import ParseOutcome
from monitor.collect.parse.rss_atom import entries, feedparser_run, item_blocks, plain_items
from monitor.domain.feeds import Parsed


@dataclass(frozen=True, slots=True)
class _Document:
    """A document in parts, and where it is from."""

    parts: item_blocks.FeedParts
    url: str

    def with_only(self, indices: Sequence[int]) -> str:
        """The text without its other items."""
        blocks = (self.parts.blocks[index] for index in indices)
        return "".join([self.parts.head, *blocks, self.parts.tail])


@dataclass(frozen=True, slots=True)
class _Reading:
    """Items as feedparser's dictionaries by their index, and feedparser with all it says else."""

    feed: Any
    items: Mapping[int, Any]


def parse_items(text: str, url: str, max_entries: int, memory: bytes) -> Parsed | None:
    """Parse the new items; the others get their identifying fields from the cache in `memory`.

    Return None when feedparser must parse the document as one.
    """
    parts = item_blocks.split_items(text)
    if parts is None or not 0 < len(parts.blocks) <= max_entries:
        return None
    cache = unpack_cache(memory)
    prints = [fingerprint(block) for block in parts.blocks]
    seen = frozenset(index for index, name in enumerate(prints) if name in cache.names)
    # The first item is always parsed: it shows the state in which the items begin.
    to_parse = [index for index in range(len(prints)) if index == 0 or index not in seen]
    reading = _read(_Document(parts, url), to_parse)
    if reading is None:
        return None
    (state,) = reading.feed.states
    digest = state_digest(state, url)
    if seen and cache.state != digest:
        return parse_items(text, url, max_entries, b"")
    parsed = entries.feed_from_feedparser(
        reading.feed, (reading.items[index] for index in to_parse), base=url
    )
    by_index = dict(zip(to_parse, parsed.entries, strict=True))
    merged = merge_entries(prints, by_index, cache.names)
    is_unchanged = len(seen) == len(prints)
    return replace(
        parsed,
        entries=merged,
        seen=seen,
        memory=None if is_unchanged else pack_items(digest, prints, merged),
    )


def _read(document: _Document, indices: Sequence[int]) -> _Reading | None:
    """Read these items; None when feedparser must parse the whole document."""
    first = _read_by_feedparser(document, indices[:1])
    if first is None or len(indices) == 1:
        return first
    blocks = [document.parts.blocks[index] for index in indices]
    values = plain_items.read_items(document.with_only(indices), blocks, first.feed)
    plain = {index: item for index, item in zip(indices, values, strict=True) if item is not None}
    compared = next(iter(plain), None)  # usually the first item
    left = [index for index in indices if index in (indices[0], compared) or index not in plain]
    reading = first if len(left) == 1 else _read_by_feedparser(document, left)
    if reading is None or compared is None:
        return reading
    if not _is_same(reading.feed, reading.items[compared], plain[compared], document.url):
        return _read_by_feedparser(document, indices)
    return _Reading(reading.feed, {**plain, **reading.items})


def _read_by_feedparser(document: _Document, indices: Sequence[int]) -> _Reading | None:
    """Read these items by feedparser alone; None unless they are well-formed and independent."""
    text = document.with_only(indices)
    feed, end = feedparser_run.parse_strict(text, document.url, len(indices))
    if not _is_sound(feed, end, len(indices)):
        return None
    return _Reading(feed, dict(zip(indices, feed.entries, strict=True)))


def _is_sound(feed: Any, end: ParseOutcome, expected: int) -> bool:
    """Whether the document is well-formed, has the expected items, and none affects another."""
    return (
        end is ParseOutcome.WHOLE
        and len(feed.entries) == feed.ended == expected
        and len(feed.states) == 1
    )


def _is_same(feed: Any, item: Any, plain_item: Any, url: str) -> bool:
    """Whether both readers understand an item alike."""
    expected, actual = (
        entries.feed_from_feedparser(feed, [values], base=url) for values in (item, plain_item)
    )
    return expected == actual
