"""Runs feedparser's strict and loose parsers over a document, and reports how the run ended.

`feedparser.parse` is not used: given bytes it may open the file or address that they name, it does
not report truncated documents, and it has no limits.  We drive its two parsers ourselves: the
strict one, and the loose one for documents that are not well-formed.
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

from monitor.collect.parse.outcome import ParseOutcome
from monitor.collect.parse.rss_atom import feedparser_limits
from monitor.collect.xml_repair import escape_ampersands

_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_TEXT_BUFFER = 64 * 1024  # bytes
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


class _Strict(feedparser_limits.BoundedStrictParser, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's XML parser with limits."""


class _Loose(feedparser_limits.BoundedParser, LooseFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser for documents that are not well-formed, with limits."""


class _BufferedExpatParser(ExpatParser):
    """An expat driver that reports each text in one piece.

    Without the buffer, escaped markup arrives in hundreds of pieces, each of which is slow in
    feedparser.
    """

    _parser: expat.XMLParserType  # set by `reset`; missing in the library's types

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = _TEXT_BUFFER


def parse_strict(text: str, url: str, max_entries: int) -> tuple[Any, ParseOutcome]:
    """Return the strict parser with its results, and how its run ended."""
    version, document, _ = replace_doctype(text.lstrip().encode())
    strict = _Strict(url, None, "utf-8")
    strict.version, strict.limit = version or "", max_entries
    return strict, _run_strict(strict, document)


def parse_lenient(
    text: str, url: str, max_entries: int, *, is_feed: bool
) -> tuple[Any, ParseOutcome]:
    """Parse strictly, and loosely when the document is not well-formed.

    Return the parser with its results, and how its run ended.  `is_feed` says that the root element
    is that of a feed.
    """
    strict, outcome = parse_strict(text, url, max_entries)
    if outcome in (ParseOutcome.WHOLE, ParseOutcome.FULL):
        return strict, outcome
    if outcome is ParseOutcome.CUT:
        return strict, ParseOutcome.WHOLE if _is_closed(strict, text) else outcome
    mended = escape_ampersands(text)
    if mended != text:
        text = mended
        mended_strict, mended_outcome = parse_strict(text, url, max_entries)
        if mended_outcome in (ParseOutcome.WHOLE, ParseOutcome.FULL):
            return mended_strict, mended_outcome
    version, document, entities = replace_doctype(text.lstrip().encode())
    loose = _Loose(url, None, "utf-8", entities)
    loose.version, loose.limit = version or "", max_entries
    outcome = _run_loose(loose, document.decode())
    if outcome is ParseOutcome.WHOLE and is_feed and not _is_closed(loose, text):
        return loose, ParseOutcome.CUT
    if outcome is ParseOutcome.TRIPPED and strict.ended > loose.ended:
        return strict, outcome
    return loose, outcome


def _run_strict(feed: Any, document: bytes) -> ParseOutcome:
    # Safe: `replace_doctype` leaves only entities of plain text; external entities are disabled.
    parser = _BufferedExpatParser()
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
    """Whether the last entry and, after it, the feed were closed: then nothing is missing."""
    last_item = max(text.rfind(end) for end in ("</item>", "</entry>", ":item>", ":entry>"))
    return feed.ended == len(feed.entries) and bool(_FEED_END.search(text, max(last_item, 0)))
