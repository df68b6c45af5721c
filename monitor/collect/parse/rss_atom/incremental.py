"""Incremental parsing: parses only the items of a feed that no earlier document of it had.

Most polls bring one new item among dozens, and parsing is the largest cost of a poll.  An item is
skipped when exactly its text was parsed before and nothing around it has changed that could give it
another meaning; in any doubt the whole document is parsed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from monitor.collect.parse.item_cache import (
    fingerprint,
    merge_entries,
    pack_items,
    state_digest,
    unpack_cache,
)
from monitor.collect.parse.outcome import ParseOutcome
from monitor.collect.parse.rss_atom import entries, feedparser_run, item_blocks
from monitor.domain.feeds import Parsed


def parse_new_items(text: str, url: str, max_entries: int, memory: bytes) -> Parsed | None:
    """Parse the new items; the others get their identifying fields from the cache in `memory`.

    Return None when the whole document must be parsed.
    """
    cache = unpack_cache(memory)
    parts = item_blocks.split_items(text) if cache.names else None
    if parts is None or not 0 < len(parts.blocks) <= max_entries:
        return None
    prints = [fingerprint(block) for block in parts.blocks]
    seen = frozenset(index for index, name in enumerate(prints) if name in cache.names)
    if not seen:
        return None
    # The first item is always parsed: it shows the state in which the items begin.
    to_parse = [index for index in range(len(prints)) if index == 0 or index not in seen]
    feed, end = feedparser_run.parse_strict(_with_only(parts, to_parse), url, max_entries)
    if not _is_sound(feed, end, len(to_parse)) or cache.state != _state(feed, url):
        return None
    parsed = entries.feed_from_feedparser(feed, whole=len(to_parse), base=url, damage=None)
    by_index = dict(zip(to_parse, parsed.entries, strict=True))
    merged = merge_entries(prints, by_index, cache.names)
    is_unchanged = len(seen) == len(prints)
    return replace(
        parsed,
        entries=merged,
        seen=seen,
        memory=None if is_unchanged else pack_items(cache.state, prints, merged),
    )


def with_item_cache(parsed: Parsed, text: str, url: str, states: Collection[str]) -> Parsed:
    """Add the item cache to a well-formed document that was parsed in full."""
    parts = item_blocks.split_items(text) if len(states) == 1 else None
    if parts is None or len(parts.blocks) != len(parsed.entries):
        return parsed
    prints = [fingerprint(block) for block in parts.blocks]
    (state,) = states
    return replace(parsed, memory=pack_items(state_digest(state, url), prints, parsed.entries))


def _with_only(parts: item_blocks.FeedParts, indices: Sequence[int]) -> str:
    """The document without its other items."""
    return "".join([parts.head, *(parts.blocks[index] for index in indices), parts.tail])


def _is_sound(feed: Any, end: ParseOutcome, expected: int) -> bool:
    """Whether the document is well-formed, has the expected items, and none affects another."""
    return (
        end is ParseOutcome.WHOLE
        and len(feed.entries) == feed.ended == expected
        and len(feed.states) == 1
    )


def _state(feed: Any, url: str) -> str:
    (state,) = feed.states
    return state_digest(state, url)
