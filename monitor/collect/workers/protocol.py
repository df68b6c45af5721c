"""Wire protocol between the parser pool and its worker processes.

A frame starts with lengths.  A request is JSON and raw bytes, a reply is MessagePack that is
checked against the types of its fields; never pickle.
"""

from __future__ import annotations

import json
import signal
import struct
from dataclasses import dataclass, field
from typing import IO

import msgspec

from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

REQUEST = struct.Struct(">III")  # lengths of header, memory and document
REPLY = struct.Struct(">I")  # length of the reply

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
    if isinstance(outcome, Parsed):
        try:
            return _frame(_ReplyBody(retire=reply.retire, parsed=outcome))
        except UnicodeEncodeError:  # half a character, which `clean` removes from all texts
            outcome = ParseError(FeedReason.NOT_A_FEED, "the document has invalid characters")
    return _frame(_ReplyBody(retire=reply.retire, error=(outcome.reason, outcome.detail)))


def unpack_reply(octets: bytes) -> ParseReply:
    """Return the reply for a frame without its length.  Raise ValueError for an invalid one."""
    try:
        body = _REPLIES.decode(octets)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a reply of the worker: {error}") from error
    if body.error is not None:
        return ParseReply(retire=body.retire, outcome=ParseError(*body.error))
    return ParseReply(retire=body.retire, outcome=body.parsed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReplyBody:
    """What a frame of a reply holds: a parsed document or an error."""

    retire: bool
    parsed: Parsed = field(default_factory=Parsed)
    error: tuple[FeedReason, str] | None = None


_REPLIES = msgspec.msgpack.Decoder(_ReplyBody)


def _frame(body: _ReplyBody) -> bytes:
    octets = msgspec.msgpack.encode(body)
    return REPLY.pack(len(octets)) + octets
