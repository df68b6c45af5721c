"""What does an article's page say?  A web page as a publisher sent it → its main text, plain.

By trafilatura, an optional library.  This runs in a child process (`child.py`): pages are as
hostile as feeds are.
"""

from __future__ import annotations

import re

import trafilatura
from lxml.etree import LxmlError
from trafilatura.external import jt_stoplist_init

from monitor.collect.parse import clean
from monitor.collect.parse.charset import decode
from monitor.collect.parse.feedparser_limits import FEEDPARSER_ERRORS
from monitor.collect.workers import worker
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 8_192  # bytes in which a page says its character set

# The headline we have from the feed: in front of the text it would be judged twice.  And lines that
# are nothing but a link are other articles' headlines.
_LINES = "//*[self::li or self::p or self::h2 or self::h3 or self::h4]"
_PRUNED = ["//h1", f"{_LINES}[normalize-space(.) = normalize-space(.//a)]"]


def main(arguments: list[str]) -> None:
    """Serve as `child.main` does."""
    jt_stoplist_init()  # from files; later, none may be opened
    worker.main(arguments, extract_text)


def extract_text(
    body: bytes, *, content_type: str, url: str, max_entries: int, memory: bytes = b""
) -> Parsed:
    """The page as a document of one entry, which has only a text.

    Raise ParseError when it has no text that an article might have.
    """
    html = decode(body, content_type, inside=_said_inside(body))
    try:
        found = trafilatura.extract(
            html,
            output_format="txt",
            include_comments=False,
            favor_precision=True,  # what stands beside an article would be judged with it
            prune_xpath=_PRUNED,
        )
    except (*FEEDPARSER_ERRORS, LxmlError) as error:
        name = type(error).__name__
        raise ParseError(FeedReason.NO_TEXT, f"the page trips our reader ({name})") from None
    text = clean.plain_text(found or "", limit=clean.MAX_TEXT)
    if not text:
        raise ParseError(FeedReason.NO_TEXT, "no article's text was found in the page")
    return Parsed(entries=(Entry(title="", text=text),))


def _said_inside(body: bytes) -> str:
    said = _META.search(body[:_HEAD])
    return said[1].decode() if said else ""
