"""Comparison of item-by-item parsing with feedparser's parse of the whole document.

The first is the faster one, the second the reference.  One document in `COMPARED_ONE_IN` is parsed
both ways while the service runs, because no test knows the feeds of next year.
"""

from __future__ import annotations

import zlib
from dataclasses import fields

from monitor.collect.parse.item_cache import identifying_fields
from monitor.domain.feeds import Entry, Parsed

COMPARED_ONE_IN = 500  # documents


def is_compared(body: bytes, one_in: int) -> bool:
    """Whether a document is parsed both ways: one in so many, the same ones each time."""
    return zlib.crc32(body) % one_in == 0


def difference(parsed: Parsed, reference: Parsed) -> str | None:
    """Return what the two say differently ("entry 3: title"), or None.

    Of entries that `parsed` knows from earlier documents only identifying fields are compared.
    """
    for name in ("title", "language", "hints"):
        if getattr(parsed, name) != getattr(reference, name):
            return f"the feed: {name}"
    if len(parsed.entries) != len(reference.entries):
        return f"{len(parsed.entries)} entries, not {len(reference.entries)}"
    pairs = zip(parsed.entries, reference.entries, strict=True)
    for index, (entry, expected) in enumerate(pairs):
        if index in parsed.seen:
            expected = identifying_fields(expected)
            entry = identifying_fields(entry)
        if entry != expected:
            return f"entry {index + 1}: {_first_difference(entry, expected)}"
    return None


def _first_difference(entry: Entry, expected: Entry) -> str:
    names = (field.name for field in fields(Entry))
    return next(name for name in names if getattr(entry, name) != getattr(expected, name))
