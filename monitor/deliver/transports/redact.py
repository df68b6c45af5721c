"""Chat addresses are secrets through and through: what may be said of one."""

from __future__ import annotations

import re
from urllib.parse import unquote

# Of an address, what is not worth hiding: shorter pieces are words of any sentence.
_SHORTEST_SECRET = 4


def shown(url: str) -> str:
    """An address as lists show it: every part may be a token, so only its kind is left."""
    return url.partition("://")[0].lower() + "://…"


def hidden(words: str, url: str) -> str:
    """The words without any piece of the address."""
    rest = url.partition("://")[2]
    pieces = set(re.split(r"[/?&=:@#,]+", rest))
    pieces |= {unquote(piece) for piece in pieces}
    for piece in sorted(pieces, key=len, reverse=True):
        if len(piece) >= _SHORTEST_SECRET:
            words = re.sub(re.escape(piece), "…", words, flags=re.IGNORECASE)
    return words
