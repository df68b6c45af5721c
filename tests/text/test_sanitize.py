"""No text from outside can end a header, turn a line around or break its encoding."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import sanitize

any_text = st.text(st.characters(exclude_categories=()), max_size=400)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\r\nlines", "two lines"),
        ("Bcc:\x00\x1f\x7f\x85x", "Bcc: x"),
        ("a\u2028b\u2029c", "a b c"),
        ("\u202egnp.exe\u2066x", "gnp.exe x"),
        ("half \ud800 pair", "half pair"),
        ("co\u00adoperation zero\u200bwidth \ufeffmark", "cooperation zerowidth mark"),
        ("   many \t\u3000 spaces ", "many spaces"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("평양 Пхеньян 平壤", "평양 Пхеньян 平壤"),
    ],
)
def test_a_line_keeps_what_is_read_and_drops_what_is_not(text: str, line: str) -> None:
    assert sanitize.line(text) == line


def test_a_name_is_one_line_of_120_characters_at_most() -> None:
    assert sanitize.name("two\r\nlines") == "two lines"
    assert sanitize.name("a" * 120) == "a" * 120
    assert sanitize.name("a" * 121) == "a" * 119 + "…"


@given(any_text, st.integers(1, 60))
def test_a_line_is_one_short_line_that_encodes(text: str, limit: int) -> None:
    line = sanitize.line(text, limit)
    line.encode("utf-8")
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in line} & {"RLO", "LRO", "RLE", "LRE", "RLI"}


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 10, "short"),
        ("one two three four", 15, "one two three…"),
        ("one two, three", 9, "one two…"),
        ("한국정보원은러시아해군", 6, "한국정보원…"),
        ("abcde\u0301fgh", 6, "abcd…"),
        ("abc", 1, "…"),
    ],
)
def test_a_text_is_cut_at_a_word_where_there_is_one(text: str, limit: int, short: str) -> None:
    assert sanitize.shortened(text, limit) == short


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (
            "hi =?UTF-8?Q?=0D=0ABcc: evil@example.test?=",
            "hi = ?UTF-8?Q?=0D=0ABcc: evil@example.test?=",
        ),
        ("=\u200b?utf-8?b?eA==?=", "= ?utf-8?b?eA== ?="),
        ("=\x00?", "= ?"),
        ("Is 1+1=2? Yes", "Is 1+1=2? Yes"),
    ],
)
def test_a_header_holds_no_encoded_word_of_the_publisher(text: str, header: str) -> None:
    assert sanitize.header(text) == header


@given(any_text)
def test_a_header_never_opens_an_encoded_word(text: str) -> None:
    header = sanitize.header("=?" + text + "=?")
    assert "=?" not in header
    assert len(header) <= 200


def test_a_body_keeps_its_lines_and_nothing_that_breaks_them() -> None:
    assert sanitize.body("one\ntwo\x00\r\n\ud800three\x85") == "one\ntwo  \n three "


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
        ("http://example.org:8080/", "http://example.org:8080/"),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E"),
        ("https://пример.рф/путь", "https://пример.рф/путь"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)//https://example.org", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("//evil.test/x", None),
        ("/relative", None),
        ("https:///no-host", None),
        ("http://[", None),
        ("https://example.org/\u202egnp", None),
        ("https://example.org/\nBcc:", None),
        ("https://example.org/\ud800", None),
        ("https://example.org/" + "a" * 2_000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_http_addresses_become_links(url: str | None, link: str | None) -> None:
    assert sanitize.link(url) == link


@given(st.from_regex(sanitize._PLAIN_URL, fullmatch=True))
def test_a_plain_address_needs_no_escape_and_has_a_host(url: str) -> None:
    assert sanitize.link(url) == url
    assert sanitize.link(f" {url}") == url  # which is looked at more closely


@given(any_text)
def test_a_link_never_ends_an_attribute(text: str) -> None:
    link = sanitize.link("https://example.org/" + text)
    assert link is None or not set(link) & set("\"'<> \n")


@pytest.mark.parametrize(
    ("language", "tag", "direction"),
    [
        ("en", "en", "ltr"),
        ("ko-KR", "ko-KR", "ltr"),
        ("zh-Hans-CN", "zh-Hans-CN", "ltr"),
        ("ar", "ar", "rtl"),
        ("FA-ir", "FA-ir", "rtl"),
        ('en" onload="x', "", "auto"),
        ("", "", "auto"),
        (None, "", "auto"),
    ],
)
def test_a_language_is_a_tag_or_unknown(language: str | None, tag: str, direction: str) -> None:
    assert sanitize.language_tag(language) == tag
    assert sanitize.direction(language) == direction


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdefghij", 10, "abcdefghij"),
        ("abcdefghijk", 10, "abcdefghi…"),
        ("abcdefg hijk", 10, "abcdefg…"),
        ("abcdefgh, klm", 11, "abcdefgh…"),
        ("abcdefg — hijkl", 12, "abcdefg…"),
        ("ab cdefghijkl", 10, "ab cdefgh…"),
        ("e\u0301" * 6, 10, "e\u0301" * 4 + "…"),
        ("abc e\u0301\u0302x", 6, "abc…"),
    ],
)
def test_a_cut_text_ends_after_a_word_that_ends_in_its_last_third(text, limit, short):
    assert sanitize.shortened(text, limit) == short


def test_a_header_has_200_characters_unless_more_are_allowed():
    assert len(sanitize.header("h" * 300)) == 200
    assert len(sanitize.header("h" * 300, 250)) == 250
    assert sanitize.header("a\r\nb =?utf-8?q?x?=") == "a b = ?utf-8?q?x?="


def test_no_printable_character_is_unsafe_so_printable_lines_need_no_search() -> None:
    characters = map(chr, range(0x110000))
    printable = [character for character in characters if character.isprintable()]
    assert [
        mark for mark in printable if mark != " " and sanitize.line(f"a\n{mark}") != f"a {mark}"
    ] == []
