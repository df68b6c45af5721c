"""Heads of responses: malformed lines are left out, the length of the body is decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.net.response_head import head_end, is_http, repaired_head


def repaired(*lines: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"
    return repaired_head(head).octets


@pytest.mark.parametrize(
    "line",
    [
        b"no colon",
        b"X Y: in the name",
        b": no name",
        b"X(y): z",
        b"X-\xe9: z",
        b" folded under nothing",
    ],
)
def test_a_line_without_a_name_is_left_out(line):
    assert repaired(line, b"ETag: x") == b"HTTP/1.1 200 OK\r\nETag: x\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "right"),
    [
        (b"ETag : x", b"ETag: x"),
        (b"ETag: a\x00b", b"ETag: a b"),
        (b"ETag: a\rb", b"ETag: a b"),
        (b"ETag: a\r\n  b", b"ETag: a b"),
        (b"ETag:", b"ETag: "),
        (b"ETag: \xe9", b"ETag: \xe9"),
    ],
)
def test_a_line_is_repaired(line, right):
    assert repaired(line) == b"HTTP/1.1 200 OK\r\n" + right + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        ([b"Content-Length: 5"], 5),
        ([b"Content-Length: 5", b"content-length: 5"], 5),
        ([b"Content-Length: 5, 5"], 5),
        ([b"Content-Length: -1"], None),
        ([b"Content-Length: five"], None),
        ([b"Content-Length:"], None),
        ([b"Content-Length: 5", b"Transfer-Encoding: chunked"], None),
        ([b"Transfer-Encoding: identity", b"Content-Length: 5"], 5),
        ([b"Content-Length: 5", b"Content-Length: 6"], None),
    ],
)
def test_the_length_of_the_body(lines, length):
    head = repaired_head(b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b"")))
    assert head.body_length == length
    assert head.octets.lower().count(b"content-length") == (
        2 if b"Content-Length: 6" in lines else int(length is not None)
    )
    assert b"identity" not in head.octets


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_length_0(status):
    head = repaired_head(b"HTTP/1.1 %d X\r\nContent-Length: 9\r\n\r\n" % status)
    assert head.body_length == 0


def test_an_interim_head_is_followed_by_another():
    assert repaired_head(b"HTTP/1.1 103 Early Hints\r\n\r\n").is_interim
    assert not repaired_head(b"HTTP/1.1 200 OK\r\n\r\n").is_interim


def test_the_status_line_is_in_upper_case_whatever_line_ends_it():
    assert repaired_head(b"\r\nhttp/1.1 200 OK\nETag: x\n\n").octets == (
        b"HTTP/1.1 200 OK\r\nETag: x\r\n\r\n"
    )


def test_the_end_of_a_head_is_a_blank_line():
    assert head_end(b"HTTP/1.1 200 OK\r\nETag: x\r\n") is None
    assert head_end(b"\r\nHTTP/1.1 200 OK\r\n\r\nbody") == 21
    assert head_end(b"HTTP/1.1 200 OK\n\nbody") == 17


def test_what_is_no_http_is_known_by_its_first_bytes():
    assert all(map(is_http, (b"", b"htt", b"\r\nHTTP/1.1 2")))
    assert not any(map(is_http, (b"<html>", b"ICY 200")))


@given(st.binary(max_size=200))
def test_any_octets_become_a_head_that_ends_once(octets):
    head = repaired_head(b"HTTP/1.1 200 OK\r\n" + octets + b"\r\n\r\n")
    assert head_end(head.octets) == len(head.octets)
