"""Wire protocol between the parser pool and its worker processes.

A frame starts with lengths, followed by JSON and raw bytes; never pickle.
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

REQUEST = struct.Struct(">III")  # lengths of header, memory and document
REPLY = struct.Struct(">II")  # lengths of memory (or NO_MEMORY) and answer
NO_MEMORY = 2**32 - 1

# How a worker ends when a document exceeds its limits.
OUT_OF_MEMORY = 77  # exit code
CPU_SIGNAL = signal.SIGPROF


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseRequest:
    """A document to parse."""

    url: str
    content_type: str
    body: bytes
    memory: bytes = b""  # item cache of the feed's earlier documents


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReply:
    """The result, and whether the worker asks to be replaced."""

    outcome: Parsed | ParseError
    retire: bool = False


def pack_request(request: ParseRequest) -> tuple[bytes, bytes]:
    """Return the frame in two parts: everything before the document, and the document."""
    head = json.dumps([request.url, request.content_type]).encode()
    lengths = REQUEST.pack(len(head), len(request.memory), len(request.body))
    return lengths + head + request.memory, request.body


def read_request(stream: IO[bytes]) -> ParseRequest | None:
    """Return the next request, or None when the other side has closed the stream."""
    lengths = stream.read(REQUEST.size)
    if len(lengths) < REQUEST.size:
        return None
    head, memory, body = REQUEST.unpack(lengths)
    url, content_type = json.loads(stream.read(head))
    return ParseRequest(
        url=url, content_type=content_type, memory=stream.read(memory), body=stream.read(body)
    )


def pack_reply(reply: ParseReply) -> bytes:
    """Return the reply as one frame."""
    outcome = reply.outcome
    memory: bytes | None = None
    if isinstance(outcome, ParseError):
        answer: list[object] = [reply.retire, outcome.reason, outcome.detail]
    else:
        entries = [_entry_to_json(entry) for entry in outcome.entries]
        hints, seen = publisher_hints.hints_as_json(outcome.hints), sorted(outcome.seen)
        header = [outcome.title, outcome.language, outcome.damage]
        answer = [reply.retire, *header, hints, seen, entries]
        memory = outcome.memory
    octets = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    if memory is None:
        return REPLY.pack(NO_MEMORY, len(octets)) + octets
    return REPLY.pack(len(memory), len(octets)) + memory + octets


def unpack_lengths(octets: bytes) -> tuple[int | None, int]:
    """Return the lengths of memory (None: the feed's memory is unchanged) and answer."""
    memory, answer = REPLY.unpack(octets)
    return None if memory == NO_MEMORY else memory, answer


def unpack_reply(memory: bytes | None, octets: bytes) -> ParseReply:
    """Return the reply for a frame without its lengths.  Raise ValueError for an invalid one."""
    try:
        retire, *rest = json.loads(octets)
        if len(rest) == 2:
            return ParseReply(retire=retire, outcome=ParseError(FeedReason(rest[0]), rest[1]))
        title, language, damage, hints, seen, entries = rest
        parsed = Parsed(
            title=title,
            language=language,
            damage=damage,
            hints=publisher_hints.hints_from_json(hints),
            entries=tuple(map(_entry_from_json, entries)),
            seen=frozenset(seen),
            memory=memory,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a reply of the worker: {error}") from error
    return ParseReply(retire=retire, outcome=parsed)


def _entry_to_json(entry: Entry) -> dict[str, object]:
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


def _entry_from_json(fields: dict[str, Any]) -> Entry:
    date = fields["published_at"]
    fields["published_at"] = datetime.fromisoformat(date) if date else None
    fields["tags"] = tuple(fields["tags"])
    return Entry(**fields)
