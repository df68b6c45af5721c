"""Only what is new: the items that no earlier document had, cut out and read by themselves.

Most polls bring one new item among dozens, and reading is what a poll costs most of.  An item is
skipped when its very text was read before and nothing around it changed that could make it say
something else; at the slightest doubt the whole document is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from monitor.collect.parse import entries, feedparser_run, item_blocks
from monitor.collect.parse.item_cache import fingerprint, pack_items, state_digest, unpack_cache
from monitor.collect.parse.outcome import ParseOutcome
from monitor.domain.feeds import Parsed


def parse_new_items(text: str, url: str, max_entries: int, memory: bytes) -> Parsed | None:
    """The document with its unseen items read and the others named; None: read it whole."""
    known = unpack_cache(memory)
    pieces = item_blocks.split_items(text) if known.names else None
    if pieces is None or not 0 < len(pieces.blocks) <= max_entries:
        return None
    prints = [fingerprint(block) for block in pieces.blocks]
    seen = frozenset(at for at, name in enumerate(prints) if name in known.names)
    if not seen:
        return None
    # The first one always: by it we know what state the items begin in.
    chosen = [at for at in range(len(prints)) if at == 0 or at not in seen]
    feed, end = feedparser_run.parse_strict(_only(pieces, chosen), url, max_entries)
    if not _is_sound(feed, end, len(chosen)) or known.state != _state(feed, url):
        return None
    fresh = entries.feed_from_feedparser(feed, whole=len(chosen), base=url, damage=None)
    found = dict(zip(chosen, fresh.entries, strict=True))
    every = tuple(found.get(at) or known.names[name] for at, name in enumerate(prints))
    return replace(
        fresh,
        entries=every,
        seen=seen,
        memory=None if len(seen) == len(prints) else pack_items(known.state, prints, every),
    )


def with_item_cache(parsed: Parsed, text: str, url: str, states: Collection[str]) -> Parsed:
    """A well-formed document that was read whole, with what to remember of it."""
    pieces = item_blocks.split_items(text) if len(states) == 1 else None
    if pieces is None or len(pieces.blocks) != len(parsed.entries):
        return parsed
    prints = [fingerprint(block) for block in pieces.blocks]
    (state,) = states
    return replace(parsed, memory=pack_items(state_digest(state, url), prints, parsed.entries))


def _only(pieces: item_blocks.FeedParts, chosen: Sequence[int]) -> str:
    """The document without its other items."""
    return "".join([pieces.head, *(pieces.blocks[at] for at in chosen), pieces.tail])


def _is_sound(feed: Any, end: ParseOutcome, wanted: int) -> bool:
    """Well-formed, with exactly the items that were cut out, none with a say in another's."""
    return (
        end is ParseOutcome.WHOLE
        and len(feed.entries) == feed.ended == wanted
        and len(feed.states) == 1
    )


def _state(feed: Any, url: str) -> str:
    (state,) = feed.states
    return state_digest(state, url)
