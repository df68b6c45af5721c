"""How far did the reading of a document get, and how do we say so?"""

from __future__ import annotations

import enum


class ParseOutcome(enum.Enum):
    """How a pass over a document ended."""

    WHOLE = enum.auto()
    CUT = enum.auto()  # the document stops in the middle
    FULL = enum.auto()  # more entries than we take
    BROKEN = enum.auto()  # not well-formed
    TRIPPED = enum.auto()  # the parser itself failed


def damage_message(end: ParseOutcome, whole: int) -> str | None:
    """A sentence about what is missing after so many whole entries; None when nothing is."""
    after = f"after entry {whole}" if whole else "before its first entry ends"
    return {
        ParseOutcome.CUT: f"the document is cut off {after}; the rest is missing",
        ParseOutcome.FULL: f"only the first {whole} entries were read; the document has more",
        ParseOutcome.TRIPPED: f"the document can't be read {after}",
    }.get(end)
