"""One pass of feedparser over a document, and how it ended.

`feedparser.parse` itself is not called.  Given bytes it opens the file or address that they name,
it takes for whole what was cut off, and it collects without end; so we drive its two parsers
ourselves: the strict one, and the loose one for what is not well-formed.
"""

from __future__ import annotations

import io
import re
import xml.sax
from typing import Any
from xml.parsers import expat
from xml.sax.expatreader import ExpatParser
from xml.sax.xmlreader import InputSource

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from monitor.collect.parse import feedparser_limits
from monitor.collect.parse.outcome import ParseOutcome

_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_TEXT = 64 * 1024  # bytes of text that expat gathers
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


class _Strict(feedparser_limits.BoundedStrictParser, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser for XML, within bounds."""


class _Loose(feedparser_limits.BoundedParser, LooseFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser for what only looks like XML, within bounds."""


class _Gathering(ExpatParser):
    """The driver of expat, told to hand over a text whole: escaped markup comes in hundreds of
    crumbs otherwise, and feedparser's own way with each is slow.
    """

    _parser: expat.XMLParserType  # made by `reset`; the library's types leave it out

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _TEXT


def parse_strict(text: str, url: str, max_entries: int) -> tuple[Any, ParseOutcome]:
    """The feed as the strict parser collected it, and how its pass ended."""
    version, document, _ = replace_doctype(text.lstrip().encode())
    strict = _Strict(url, None, "utf-8")
    strict.version, strict.limit = version or "", max_entries
    return strict, _run_strict(strict, document)


def parse_lenient(
    text: str, url: str, max_entries: int, *, is_feed: bool
) -> tuple[Any, ParseOutcome, bool]:
    """The feed as feedparser collected it, how far that is the whole document, and whether it is
    well-formed: one that is not is read by the loose parser.  `is_feed`: the root says so.
    """
    strict, end = parse_strict(text, url, max_entries)
    if end in (ParseOutcome.WHOLE, ParseOutcome.FULL):
        return strict, end, end is ParseOutcome.WHOLE
    if end is ParseOutcome.CUT:
        return strict, ParseOutcome.WHOLE if _is_closed(strict, text) else end, False
    version, document, named = replace_doctype(text.lstrip().encode())
    loose = _Loose(url, None, "utf-8", named)
    loose.version, loose.limit = version or "", max_entries
    end = _run_loose(loose, document.decode())
    if end is ParseOutcome.WHOLE and is_feed and not _is_closed(loose, text):
        return loose, ParseOutcome.CUT, False
    return (
        (strict if end is ParseOutcome.TRIPPED and strict.ended > loose.ended else loose),
        end,
        False,
    )


def _run_strict(feed: Any, document: bytes) -> ParseOutcome:
    # Safe here: `replace_doctype` has left no entity but plain text, and nothing outside is read.
    parser = _Gathering()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setFeature(xml.sax.handler.feature_external_pes, False)
    parser.setContentHandler(feed)
    parser.setErrorHandler(feed)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    try:
        parser.parse(source)
    except feedparser_limits.TooManyEntries:
        return ParseOutcome.FULL
    except xml.sax.SAXParseException as error:
        code = getattr(error.getException(), "code", None)
        return ParseOutcome.CUT if code in _CUT_OFF else ParseOutcome.BROKEN
    except feedparser_limits.FEEDPARSER_ERRORS:
        return ParseOutcome.TRIPPED
    return ParseOutcome.WHOLE


def _run_loose(feed: Any, text: str) -> ParseOutcome:
    try:
        feed.feed(text)
    except feedparser_limits.TooManyEntries:
        return ParseOutcome.FULL
    except feedparser_limits.FEEDPARSER_ERRORS:
        return ParseOutcome.TRIPPED
    return ParseOutcome.WHOLE


def _is_closed(feed: Any, text: str) -> bool:
    """Was the last entry closed, and the feed after it?  Then nothing can be missing."""
    last = max(text.rfind(end) for end in ("</item>", "</entry>", ":item>", ":entry>"))
    return feed.ended == len(feed.entries) and bool(_FEED_END.search(text, max(last, 0)))
