"""Item cache: fingerprints of the items that a feed's earlier documents had.

Its serialised form is `Parsed.memory`: zlib-compressed JSON `[state, {fingerprint: [guid, url,
title, published_at]}]`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from monitor.domain.feeds import Entry

MAX_BYTES = 128 * 1024  # as stored; a feed that needs more is parsed in full each time
_MAX_INFLATED = 16 * MAX_BYTES
# Increase when the result of parsing an item changes: every feed is then parsed in full once.
_PARSER_VERSION = 1
_Name = tuple[str | None, str | None, str, datetime | None]  # guid, url, title, published_at
_CACHES = msgspec.json.Decoder(tuple[str, dict[str, _Name]])


@dataclass(frozen=True, slots=True)
class ItemCache:
    """The items of documents whose articles were stored, by fingerprint.

    `state` is the digest of their surroundings (see `BoundedStrictParser.states`): in another
    state the same text may have another meaning.  The entries have only their identifying fields.
    """

    state: str = ""
    names: Mapping[str, Entry] = field(default_factory=dict)


def merge_entries(
    prints: Sequence[str], parsed: Mapping[int, Entry], cached: Mapping[str, Entry]
) -> tuple[Entry, ...]:
    """Return the entries in document order: from `parsed` by index, else from the cache."""
    merged = []
    for index, name in enumerate(prints):
        merged.append(parsed[index] if index in parsed else cached[name])
    return tuple(merged)


def fingerprint(block: str) -> str:
    """Return the digest of an item's text."""
    octets = block.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(octets, digest_size=12).hexdigest()


def state_digest(state: str, url: str) -> str:
    """Return the digest of everything besides its text on which an item's meaning depends."""
    return hashlib.sha256(
        f"{_PARSER_VERSION}\x1f{url}\x1f{state}".encode(errors="replace")
    ).hexdigest()


def identifying_fields(entry: Entry) -> Entry:
    """Return the entry with only guid, address, headline and date."""
    return Entry(title=entry.title, url=entry.url, guid=entry.guid, published_at=entry.published_at)


def is_identifiable(entry: Entry) -> bool:
    """Whether the entry has a guid or an address; without them its text is needed each time."""
    return bool(entry.guid or entry.url)


def pack_items(state: str, prints: Sequence[str], entries: Sequence[Entry]) -> bytes | None:
    """Serialise the cache of a document with these items; None when it has nothing to cache."""
    pairs = zip(prints, entries, strict=True)
    names = {name: identifying_fields(entry) for name, entry in pairs if is_identifiable(entry)}
    return pack_cache(ItemCache(state, names)) if names else None


def pack_cache(cache: ItemCache) -> bytes | None:
    """Serialise the cache; None when it is too large to keep."""
    names = {
        block_print: (entry.guid, entry.url, entry.title, entry.published_at)
        for block_print, entry in cache.names.items()
    }
    try:
        octets = msgspec.json.encode((cache.state, names))
    except UnicodeEncodeError:  # half a character, which no text has after cleaning
        return None
    compressed = zlib.compress(octets, 1)
    return compressed if len(compressed) <= MAX_BYTES and len(octets) <= _MAX_INFLATED else None


def unpack_cache(octets: bytes) -> ItemCache:
    """Return the cache that `pack_cache` serialised; an empty one for any other bytes."""
    if not octets:
        return ItemCache()
    try:
        state, names = _CACHES.decode(zlib.decompressobj().decompress(octets, _MAX_INFLATED))
    except (zlib.error, msgspec.DecodeError):
        return ItemCache()
    return ItemCache(
        state=state,
        names={
            block_print: Entry(title=title, url=url, guid=guid, published_at=date)
            for block_print, (guid, url, title, date) in names.items()
        },
    )
