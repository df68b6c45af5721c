"""What goes to the child arrives there, what it says arrives here, and nothing else is believed."""

from __future__ import annotations

import io
from datetime import UTC, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.workers import protocol
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed, PublisherHints
from monitor.domain.reasons import FeedReason

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | TEXT
ENTRIES = st.builds(
    Entry,
    title=TEXT,
    text=TEXT,
    url=MAYBE,
    guid=MAYBE,
    author=MAYBE,
    language=MAYBE,
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.lists(TEXT, max_size=3).map(tuple),
)
DOCUMENTS = st.builds(
    Parsed,
    title=TEXT,
    language=MAYBE,
    damage=MAYBE,
    entries=st.lists(ENTRIES, max_size=3).map(tuple),
    seen=st.frozensets(st.integers(0, 2)),
    memory=st.none() | st.binary(max_size=20),
    hints=st.builds(
        PublisherHints,
        ttl=st.none() | st.timedeltas(timedelta(), timedelta(days=365)),
        base=st.none() | st.datetimes(timezones=st.just(UTC)),
        skip_hours=st.frozensets(st.integers(0, 23)),
        hub=TEXT,
    ),
    disagreement=MAYBE,
)


@given(TEXT, TEXT, st.binary(), st.binary())
def test_a_request_arrives_as_it_was_sent(url, content_type, body, memory):
    request = protocol.ParseRequest(url=url, content_type=content_type, body=body, memory=memory)
    stream = io.BytesIO(b"".join(protocol.pack_request(request)) * 2)
    assert protocol.read_request(stream) == protocol.read_request(stream) == request
    assert protocol.read_request(stream) is None


def arrived(packed: bytes) -> protocol.ParseReply:
    stream = io.BytesIO(packed)
    (length,) = protocol.REPLY.unpack(stream.read(protocol.REPLY.size))
    return protocol.unpack_reply(stream.read(length))


@given(DOCUMENTS, st.booleans())
def test_a_reply_arrives_as_it_was_sent(parsed, retire):
    reply = protocol.ParseReply(outcome=parsed, retire=retire)
    assert arrived(protocol.pack_reply(reply)) == reply


@pytest.mark.parametrize("reason", FeedReason)
def test_an_error_arrives_with_its_reason(reason):
    packed = protocol.pack_reply(
        protocol.ParseReply(outcome=ParseError(reason, "why"), retire=True)
    )
    got = arrived(packed)
    assert isinstance(got.outcome, ParseError)
    assert (got.outcome.reason, got.outcome.detail, got.retire) == (reason, "why", True)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", [], [True], {"retire": True, "error": ["no_reason", "x"]}, {"retire": 1}, 5,
     {"retire": True, "parsed": {"entries": [{}]}}, {"error": ["empty_body", "x"]},
     {"retire": True, "parsed": {"entries": [{"title": "T", "published_at": "never"}]}}],
)  # fmt: skip
def test_an_invalid_reply_is_refused(body):
    octets = body if isinstance(body, bytes) else msgspec.msgpack.encode(body)
    with pytest.raises(ValueError, match="not a reply"):
        protocol.unpack_reply(octets)


def test_half_a_character_fails_the_document_and_not_the_child():
    packed = protocol.pack_reply(protocol.ParseReply(outcome=Parsed(title="\ud800")))
    assert isinstance(arrived(packed).outcome, ParseError)
