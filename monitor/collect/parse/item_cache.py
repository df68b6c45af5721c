"""What is remembered of a feed's items between two documents, so that none is read twice."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.feeds import Entry

MAX_BYTES = 128 * 1024  # as stored; a feed that needs more is read whole each time
_MAX_INFLATED = 16 * MAX_BYTES
# Count up whenever what is read from a block changes: every feed is then read whole once.
_READING = 1


@dataclass(frozen=True, slots=True)
class ItemCache:
    """The items of documents whose articles were kept, by fingerprint.

    `state` is what stood around them (see `bounded.Strict.states`): under another one the same
    block may say something else.  The entries are named only: guid, address, headline, date.
    """

    state: str = ""
    names: Mapping[str, Entry] = field(default_factory=dict)


def fingerprint(block: str) -> str:
    """A block's name: equal for equal text."""
    octets = block.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(octets, digest_size=12).hexdigest()


def state_digest(state: str, url: str) -> str:
    """What the reading of an item depends on beside its own text, in one word."""
    return hashlib.sha256(f"{_READING}\x1f{url}\x1f{state}".encode(errors="replace")).hexdigest()


def identifying_fields(entry: Entry) -> Entry:
    """As much of an entry as tells it from others."""
    return Entry(title=entry.title, url=entry.url, guid=entry.guid, published_at=entry.published_at)


def is_identifiable(entry: Entry) -> bool:
    """Is it known by more than its text?  Else its text is needed each time."""
    return bool(entry.guid or entry.url)


def pack_items(state: str, prints: Sequence[str], entries: Sequence[Entry]) -> bytes | None:
    """The memory of a document with these items, packed; None when there is nothing to keep."""
    pairs = zip(prints, entries, strict=True)
    names = {name: identifying_fields(entry) for name, entry in pairs if is_identifiable(entry)}
    return pack_cache(ItemCache(state, names)) if names else None


def pack_cache(memory: ItemCache) -> bytes | None:
    """For `unpack_cache`, in the next poll or after a restart; None when it is too much."""
    names = {
        print_: [
            entry.guid,
            entry.url,
            entry.title,
            entry.published_at.isoformat() if entry.published_at else None,
        ]
        for print_, entry in memory.names.items()
    }
    text = json.dumps([memory.state, names], ensure_ascii=False, separators=(",", ":"))
    octets = text.encode("utf-8", "replace")
    small = zlib.compress(octets, 1)
    return small if len(small) <= MAX_BYTES and len(octets) <= _MAX_INFLATED else None


def unpack_cache(octets: bytes) -> ItemCache:
    """The cache that `pack_cache` wrote; an empty one for any other bytes.

    The document is then parsed in full.
    """
    if not octets:
        return ItemCache()
    try:
        inflate = zlib.decompressobj()
        state, names = json.loads(inflate.decompress(octets, _MAX_INFLATED))
        return ItemCache(
            state=str(state),
            names={
                print_: Entry(
                    title=title,
                    url=url,
                    guid=guid,
                    published_at=datetime.fromisoformat(date) if date else None,
                )
                for print_, (guid, url, title, date) in names.items()
            },
        )
    except (zlib.error, ValueError, TypeError, AttributeError):
        return ItemCache()
