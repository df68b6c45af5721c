"""Own headers: what can't be sent is refused, and no error holds a value."""

from __future__ import annotations

import pytest

from monitor.domain.errors import ConfigError
from monitor.net.own_headers import MOST_HEADERS, check_headers, parse_header_lines


def test_lines_are_read_without_empty_ones_and_comments():
    text = "# of the agency\n\nAuthorization: Bearer a:b\nCookie:  a=1; b=2 \n"
    assert parse_header_lines(text) == (("Authorization", "Bearer a:b"), ("Cookie", "a=1; b=2"))
    assert parse_header_lines("") == ()


@pytest.mark.parametrize(
    ("pairs", "problem"),
    [
        ([("X Y", "s3cret")], "has the form"),
        ([("", "s3cret")], "has the form"),
        ([("Host", "s3cret")], "the header Host is set by the program"),
        ([("content-length", "s3cret")], "content-length is set by the program"),
        ([("Proxy-Authorization", "s3cret")], "is set by the program"),
        ([("X-Key", "")], "the value of the header X-Key"),
        ([("X-Key", "s3cret\r\nX-Other: y")], "the value of the header X-Key"),
        ([("X-Key", "s3crét")], "the value of the header X-Key"),
        ([("X-Key", "s3cret" * 1_000)], "the value of the header X-Key"),
        ([("X-Key", "s3cret"), ("x-key", "s3cret")], "x-key is there more than once"),
        ([(f"X-{n}", "s3cret") for n in range(MOST_HEADERS + 1)], "more than 20 headers"),
    ],
)
def test_what_can_not_be_sent_is_refused_without_its_value(pairs, problem):
    with pytest.raises(ConfigError, match=problem) as refused:
        check_headers(pairs)
    assert "s3cr" not in str(refused.value)


def test_a_line_without_a_colon_is_refused_without_its_text():
    with pytest.raises(ConfigError, match="one on each line") as refused:
        parse_header_lines("Bearer s3cret")
    assert "s3cret" not in str(refused.value)
