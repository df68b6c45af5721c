"""Compressed documents are undone within bounds; bombs, chains and damage are refused."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.http.decompress import Decompressor
from monitor.domain.errors import FetchError
from monitor.domain.reasons import FeedReason

TEXT = b"<rss>" + bytes(range(256)) * 400
MEGABYTE = 2**20


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def inflated(sent: bytes, coding: str = "", *, step: int = 1_000, limit: int = MEGABYTE) -> bytes:
    inflate = Decompressor(coding, max_bytes=limit)
    for start in range(0, len(sent), step):
        inflate.add(sent[start : start + step])
    return inflate.body()


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-GZip", gzip.compress(TEXT, mtime=0)),
        ("identity, gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:])),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 512),
        ("br", brotli.compress(TEXT)),
        ("utf-8", TEXT),
        ("none", gzip.compress(TEXT, mtime=0)),
        ("aws-chunked, gzip", gzip.compress(TEXT, mtime=0)),
    ],
    ids=[
        "plain",
        "identity",
        "gzip",
        "x-gzip",
        "both",
        "zlib",
        "raw",
        "unsaid",
        "two",
        "padded",
        "brotli",
        "set",
        "none",
        "chunked",
    ],
)
@pytest.mark.parametrize("step", [100, 10**6])
def test_each_coding_is_decompressed(coding, sent, step):
    assert inflated(sent, coding, step=step) == TEXT


@pytest.mark.parametrize(
    ("coding", "sent"),
    [
        ("gzip", TEXT),
        ("deflate", b"\xef\xbb\xbf<?xml version='1.0'?>"),
        ("br", b"\n<feed>"),
        ("gzip", zlib.compress(TEXT)),
        ("deflate", gzip.compress(TEXT)),
    ],
    ids=["plain-gzip", "plain-deflate", "plain-brotli", "zlib-as-gzip", "gzip-as-deflate"],
)
def test_a_document_under_the_name_of_another_coding_is_read(coding, sent):
    plain = sent if sent.lstrip(b"\xef\xbb\xbf\n").startswith(b"<") else TEXT
    assert inflated(sent, coding) == plain


def test_a_document_that_is_whole_needs_no_end_of_its_stream():
    document = TEXT + b"</rss>\n"
    assert inflated(gzip.compress(document)[:-8], "gzip") == document


@given(st.binary(max_size=5_000), st.integers(1, 700))
def test_any_document_is_unchanged_by_compression(body, step):
    assert inflated(gzip.compress(body), "gzip", step=step) == body
    assert inflated(zlib.compress(body), "deflate", step=step) == body


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 200_000])
def test_the_last_byte_arrives_whatever_the_size(size):
    body = bytes(size)
    for pack, coding in (
        (gzip.compress, "gzip"),
        (zlib.compress, "deflate"),
        (raw_deflate, "deflate"),
    ):
        for step in (1, 10, 10**6):
            assert inflated(pack(body), coding, step=step) == body


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip, br", "zstd"])
def test_codings_that_we_did_not_offer_are_refused(coding):
    with pytest.raises(FetchError, match="we asked for gzip, deflate or br alone") as raised:
        Decompressor(coding, max_bytes=MEGABYTE)
    assert raised.value.reason is FeedReason.ENCODING


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (gzip.compress(TEXT, mtime=0)[:-6], "ends early"),
        (gzip.compress(TEXT, mtime=0)[:100], "ends early"),
        (b"\x1f\x8b\x08" + b"\xff" * 100, "damaged"),
        (b"plain words", "damaged"),
    ],
    ids=[f"case {number}" for number in range(4)],
)
def test_damaged_data_is_reported(sent, message):
    with pytest.raises(FetchError, match=message) as raised:
        inflated(sent, "gzip")
    assert raised.value.reason is FeedReason.ENCODING


@pytest.mark.parametrize(("cut", "message"), [(-1, "ends early"), (None, "larger than")])
def test_brotli_is_bounded_and_whole(cut, message):
    sent = brotli.compress(bytes(5 * MEGABYTE))[:cut]
    with pytest.raises(FetchError, match=message):
        inflated(sent, "br", limit=MEGABYTE if cut is None else 10 * MEGABYTE)


def test_a_document_of_exactly_the_limit_passes():
    assert len(inflated(bytes(MEGABYTE))) == MEGABYTE
    assert len(inflated(gzip.compress(bytes(MEGABYTE)))) == MEGABYTE


@pytest.mark.parametrize(
    "sent",
    [bytes(MEGABYTE + 1), gzip.compress(bytes(MEGABYTE + 1))],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_larger_document_is_refused(sent):
    with pytest.raises(FetchError, match="1,048,576 bytes") as raised:
        inflated(sent)
    assert raised.value.reason is FeedReason.TOO_LARGE


def test_endless_empty_blocks_are_too_large():
    empty_blocks = gzip.compress(b"")[:10] + b"\x00\x00\x00\xff\xff" * MEGABYTE
    with pytest.raises(FetchError) as raised:
        inflated(empty_blocks, "gzip", step=64 * 1024)
    assert raised.value.reason is FeedReason.TOO_LARGE


def test_a_bomb_takes_no_more_memory_than_the_limit():
    bomb = gzip.compress(bytes(200 * MEGABYTE))
    tracemalloc.start()
    try:
        with pytest.raises(FetchError):
            inflated(bomb, "gzip", limit=10 * MEGABYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30 * MEGABYTE


def test_nothing_sent_is_an_empty_document():
    assert inflated(b"", "gzip") == b""
