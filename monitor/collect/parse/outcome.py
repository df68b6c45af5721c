"""Parse outcomes: how the parsing of a document ended, and the message about missing parts."""

from __future__ import annotations

import enum


class ParseOutcome(enum.Enum):
    """How a parser's run over a document ended."""

    WHOLE = enum.auto()
    CUT = enum.auto()  # the document is truncated
    FULL = enum.auto()  # more entries than the limit
    BROKEN = enum.auto()  # not well-formed
    TRIPPED = enum.auto()  # the parser raised an exception


def damage_message(end: ParseOutcome, whole: int) -> str | None:
    """Return a sentence about what is missing after `whole` entries; None when nothing is."""
    after = f"after entry {whole}" if whole else "before its first entry ends"
    return {
        ParseOutcome.CUT: f"the document is cut off {after}; the rest is missing",
        ParseOutcome.FULL: f"only the first {whole} entries were read; the document has more",
        ParseOutcome.TRIPPED: f"the document can't be read {after}",
    }.get(end)
