"""Full-text extraction: the main text of an article's web page, as plain text.

Uses trafilatura, an optional library.  It runs in a child process (`worker.py`), because pages
are as untrusted as feeds.
"""

from __future__ import annotations

import re

import trafilatura
from lxml.etree import LxmlError
from trafilatura.external import jt_stoplist_init

from monitor.collect.parse import clean
from monitor.collect.parse.charset import decode
from monitor.collect.parse.rss_atom.feedparser_limits import FEEDPARSER_ERRORS
from monitor.collect.workers import worker
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 8_192  # bytes at the start, where a page declares its character set

# Removed before extraction.  The headline comes from the feed and would be judged twice; lines that
# consist of one link are headlines of other articles.
_LINES = "//*[self::li or self::p or self::h2 or self::h3 or self::h4]"
_PRUNED = ["//h1", f"{_LINES}[normalize-space(.) = normalize-space(.//a)]"]


def main(arguments: list[str]) -> None:
    """Run the worker loop for pages; see `worker.main`."""
    jt_stoplist_init()  # reads files, which the worker may not open later
    worker.main(arguments, extract_text)


def extract_text(
    body: bytes, *, content_type: str, url: str, max_entries: int, memory: bytes = b""
) -> Parsed:
    """Return the page as a document of one entry that has only a text.

    `url`, `max_entries` and `memory` are unused: every parse function has these parameters.
    Raise ParseError (NO_TEXT) when no article text is found.
    """
    html = decode(body, content_type, declared=_declared_charset(body))
    try:
        extracted = trafilatura.extract(
            html,
            output_format="txt",
            include_comments=False,
            favor_precision=True,  # text around the article would be judged with it
            prune_xpath=_PRUNED,
        )
    except (*FEEDPARSER_ERRORS, LxmlError) as error:
        name = type(error).__name__
        raise ParseError(FeedReason.NO_TEXT, f"the page makes the parser fail ({name})") from None
    text = clean.plain_text(extracted or "", limit=clean.MAX_TEXT)
    if not text:
        raise ParseError(FeedReason.NO_TEXT, "no article's text was found in the page")
    return Parsed(entries=(Entry(title="", text=text),))


def _declared_charset(body: bytes) -> str:
    declaration = _META.search(body[:_HEAD])
    return declaration[1].decode() if declaration else ""
