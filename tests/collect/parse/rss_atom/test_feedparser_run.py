"""How a run of feedparser ended: whole, cut off, full, broken; and which parser read it."""

from __future__ import annotations

import pytest

from monitor.collect.parse.outcome import ParseOutcome
from monitor.collect.parse.rss_atom.feedparser_run import parse_lenient, parse_strict

URL = "https://f.example/rss"
ITEMS = "<item><title>One</title></item><item><title>Two</title></item>"
WHOLE = f"<rss version='2.0'><channel><title>F</title>{ITEMS}</channel></rss>"


def strict(text: str, most: int = 9) -> tuple[int, ParseOutcome]:
    parser, outcome = parse_strict(text, URL, most)
    return parser.ended, outcome


def lenient(text: str, most: int = 9, *, is_feed: bool = True) -> tuple[int, ParseOutcome]:
    parser, outcome = parse_lenient(text, URL, most, is_feed=is_feed)
    return parser.ended, outcome


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        (WHOLE, 2, (2, ParseOutcome.WHOLE)),
        (f"\n \t{WHOLE}", 2, (2, ParseOutcome.WHOLE)),
        (WHOLE, 1, (1, ParseOutcome.FULL)),
        (WHOLE[: WHOLE.index("Two")], 9, (1, ParseOutcome.CUT)),
        (WHOLE.replace("One", "One & Only"), 9, (0, ParseOutcome.BROKEN)),
        (WHOLE.replace("One", "<b>One"), 9, (0, ParseOutcome.BROKEN)),
        ("", 9, (0, ParseOutcome.CUT)),
    ],
    ids=["whole", "blanks", "full", "cut", "ampersand", "unclosed", "empty"],
)
def test_the_strict_parser_says_how_its_run_ended(text, most, expected):
    assert strict(text, most) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (WHOLE, (2, ParseOutcome.WHOLE)),
        (WHOLE.replace("One", "One & Only"), (2, ParseOutcome.WHOLE)),
        (WHOLE.replace("One", "<b>One"), (2, ParseOutcome.WHOLE)),
        (WHOLE[: -len("ss>")], (2, ParseOutcome.WHOLE)),
        (WHOLE[: -len("</channel></rss>")], (2, ParseOutcome.CUT)),
        (WHOLE.replace("One", "<b>One")[:-40], (1, ParseOutcome.CUT)),
    ],
    ids=["whole", "ampersand", "unclosed", "end-tag-cut", "end-missing", "broken-and-cut"],
)
def test_a_document_is_damaged_only_where_something_is_missing(text, expected):
    assert lenient(text) == expected


def test_a_page_that_is_no_feed_is_not_called_cut():
    assert lenient("<html><p>Hello & welcome", is_feed=False)[1] is ParseOutcome.WHOLE
    assert lenient("<rss><channel><p>Hello & welcome", is_feed=True)[1] is ParseOutcome.CUT


def test_the_limit_holds_for_both_parsers():
    broken = WHOLE.replace("One", "<b>One")
    assert lenient(broken, 1) == (1, ParseOutcome.FULL)
    assert lenient(WHOLE, 1) == (1, ParseOutcome.FULL)


def test_an_entity_of_a_file_is_not_read():
    entity = '<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    parser, _ = parse_lenient(entity + WHOLE.replace("One", "&file;"), URL, 9, is_feed=True)
    assert "root:" not in str(parser.entries)
