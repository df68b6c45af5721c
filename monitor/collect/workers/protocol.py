"""How a document travels to the child that reads it, and what was read travels back.

Lengths first, then JSON or the document's bytes; never pickle.
"""

from __future__ import annotations

import json
import signal
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason
from monitor.polling import publisher_hints

REQUEST = struct.Struct(">III")  # bytes of the header, of the memory, of the document
REPLY = struct.Struct(">II")  # bytes of the memory, of the answer; no memory: NOTHING
NOTHING = 2**32 - 1

# How a child ends when a document asks too much of it.
OUT_OF_MEMORY = 77  # exit code
CPU_SIGNAL = signal.SIGPROF


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseRequest:
    """A document to be read."""

    url: str
    content_type: str
    body: bytes
    memory: bytes = b""  # of the feed's earlier documents


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReply:
    """What came of it, and whether the child asks to be replaced."""

    outcome: Parsed | ParseError
    retire: bool = False


def pack_request(request: ParseRequest) -> tuple[bytes, bytes]:
    """The frame up to the document, and the document."""
    head = json.dumps([request.url, request.content_type]).encode()
    lengths = REQUEST.pack(len(head), len(request.memory), len(request.body))
    return lengths + head + request.memory, request.body


def read_request(stream: IO[bytes]) -> ParseRequest | None:
    """The next request, or None when the other side has closed."""
    lengths = stream.read(REQUEST.size)
    if len(lengths) < REQUEST.size:
        return None
    head, memory, body = REQUEST.unpack(lengths)
    url, content_type = json.loads(stream.read(head))
    return ParseRequest(
        url=url, content_type=content_type, memory=stream.read(memory), body=stream.read(body)
    )


def pack_reply(reply: ParseReply) -> bytes:
    """The whole answer as one frame."""
    outcome = reply.outcome
    memory: bytes | None = None
    if isinstance(outcome, ParseError):
        answer: list[object] = [reply.retire, outcome.reason, outcome.detail]
    else:
        entries = [_flat(entry) for entry in outcome.entries]
        said, seen = publisher_hints.flat(outcome.hints), sorted(outcome.seen)
        named = [outcome.title, outcome.language, outcome.damage]
        answer = [reply.retire, *named, said, seen, entries]
        memory = outcome.memory
    octets = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    if memory is None:
        return REPLY.pack(NOTHING, len(octets)) + octets
    return REPLY.pack(len(memory), len(octets)) + memory + octets


def unpack_lengths(octets: bytes) -> tuple[int | None, int]:
    """How many bytes of memory follow (None: the feed's stays as it is), and then of answer."""
    memory, answer = REPLY.unpack(octets)
    return None if memory == NOTHING else memory, answer


def unpack_reply(memory: bytes | None, octets: bytes) -> ParseReply:
    """The answer without its lengths.  Raise ValueError for anything else."""
    try:
        retire, *rest = json.loads(octets)
        if len(rest) == 2:
            return ParseReply(retire=retire, outcome=ParseError(FeedReason(rest[0]), rest[1]))
        title, language, damage, said, seen, entries = rest
        parsed = Parsed(
            title=title,
            language=language,
            damage=damage,
            hints=publisher_hints.of(said),
            entries=tuple(map(_entry, entries)),
            seen=frozenset(seen),
            memory=memory,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not an answer of the child: {error}") from error
    return ParseReply(retire=retire, outcome=parsed)


def _flat(entry: Entry) -> dict[str, object]:
    date = entry.published_at.isoformat() if entry.published_at else None
    return {
        "title": entry.title,
        "text": entry.text,
        "url": entry.url,
        "guid": entry.guid,
        "author": entry.author,
        "language": entry.language,
        "published_at": date,
        "tags": entry.tags,
    }


def _entry(fields: dict[str, Any]) -> Entry:
    date = fields["published_at"]
    fields["published_at"] = datetime.fromisoformat(date) if date else None
    fields["tags"] = tuple(fields["tags"])
    return Entry(**fields)
