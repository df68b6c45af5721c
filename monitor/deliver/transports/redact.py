"""Redaction of chat addresses: every part of one may be a secret token."""

from __future__ import annotations

import re
from urllib.parse import unquote

# Shorter pieces of an address are not hidden: they occur in any sentence.
_SHORTEST_SECRET = 4


def shown(url: str) -> str:
    """The address for lists and logs: only its scheme."""
    return url.partition("://")[0].lower() + "://…"


def hidden(words: str, url: str) -> str:
    """The text with every piece of the address replaced by "…"."""
    rest = url.partition("://")[2]
    pieces = set(re.split(r"[/?&=:@#,]+", rest))
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            words = re.sub(re.escape(piece), "…", words, flags=re.IGNORECASE)
    return words
