"""Job file: the document that a job made for people to download, such as an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

CHUNK_BYTES = 131_072  # of a file that is stored; each in a transaction of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """A file that is whole; its chunks are in the database, so any process may offer it."""

    job_key: str
    attempt: int  # which made it
    name: str  # "articles-2026-11-30.csv"
    size: int  # bytes
    sha256: str  # 64 hexadecimal digits
    made_at: datetime


def in_chunks(pieces: Iterable[bytes], size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The same bytes in chunks of one size; the last one may be shorter."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        while len(buffer) >= size:
            yield bytes(buffer[:size])
            del buffer[:size]
    if buffer:
        yield bytes(buffer)
