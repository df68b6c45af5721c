"""What does the feed say?  Bytes as a publisher sent them → entries in plain text.

This runs in a child process (`child.py`): hostile documents make feedparser slow, hungry or raise.
`feedparser.parse` itself is not called.  Given bytes it opens the file or address that they name,
it takes for whole what was cut off, and it collects without end; so we decode the bytes and drive
its two parsers ourselves: the strict one, and the loose one for what is not well-formed.
"""

from __future__ import annotations

import enum
import io
import re
import xml.sax
from typing import Any
from xml.parsers import expat
from xml.sax.xmlreader import InputSource

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from monitor.collect import bounded, entries
from monitor.collect.charset import decode
from monitor.domain import Parsed
from monitor.errors import ParseError
from monitor.reasons import FeedReason

_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What XML can't hold, and feedparser stumbles over.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE | re.ASCII)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([a-zA-Z][\w.-]*)")
_FEED_ROOTS = {"rss", "feed", "rdf", "channel"}
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)

_WEB_PAGE = (
    "the answer is a web page, not a feed: it may be a login or error page;"
    " open the address in a browser and look for the feed's own"
)
_NO_FEEDS = {
    "html": _WEB_PAGE,
    "opml": "this is a list of feeds (OPML): read it with `monitor feeds import`",
    "urlset": "this is a site map, not a feed",
    "sitemapindex": "this is a list of site maps, not a feed",
}


class _End(enum.Enum):
    """How a pass over a document ended."""

    WHOLE = enum.auto()
    CUT = enum.auto()  # the document stops in the middle
    FULL = enum.auto()  # more entries than we take
    BROKEN = enum.auto()  # not well-formed
    TRIPPED = enum.auto()  # the parser itself failed


class _Strict(bounded.Strict, StrictFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser for XML, within bounds."""


class _Loose(bounded.Bounded, LooseFeedParser):  # type: ignore[misc] # feedparser has no types
    """feedparser's parser for what only looks like XML, within bounds."""


def read(body: bytes, *, content_type: str, url: str, max_entries: int) -> Parsed:
    """Read a document as RSS or Atom; `url` is where it came from and where relative links start.

    Raise ParseError when it is no feed.  What was cut short or has an unreadable part is read as
    far as it goes, and `damage` says so.  Untidy markup alone is no damage.
    """
    text = _repaired(decode(body, content_type))
    if not text.strip():
        raise ParseError(FeedReason.EMPTY_BODY, "the publisher sent an empty document")
    root = _root(text)
    if root in _NO_FEEDS:
        raise ParseError(FeedReason.NOT_A_FEED, _NO_FEEDS[root])
    feed, end = _parse(text, url, max_entries)
    if not feed.version and not feed.entries and root not in _FEED_ROOTS:
        raise ParseError(FeedReason.NOT_A_FEED, _strange(text))
    whole = len(feed.entries) if end in (_End.WHOLE, _End.FULL) else feed.ended
    return entries.parsed(feed, whole=whole, base=url, damage=_damage(end, whole))


def _repaired(text: str) -> str:
    """Without what no XML may hold, and without a declaration: the text is decoded already."""
    text = _NOT_XML.sub("", text)
    if "&#" in text:
        text = _REFERENCE.sub(_character, text)
    return _XML_DECLARATION.sub("", text, count=1) if text[:200].lstrip()[:5] == "<?xml" else text


def _character(reference: re.Match[str]) -> str:
    """A numeric reference as it stands, or a replacement character for an impossible one."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) < 8 else 0
    possible = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if possible and not _NOT_XML.match(chr(number)) else "\ufffd"


def _root(text: str) -> str:
    """The name of the first element, in lower case and without its prefix."""
    head = _COMMENT.sub("", text[:20_000]).lstrip()
    found = _ROOT.search(head)
    name = found[1].lower() if found else ""
    is_page = head[:14].lower() == "<!doctype html" and name not in _FEED_ROOTS
    return "html" if is_page else name


def _strange(text: str) -> str:
    if text.lstrip()[:1] in ("{", "["):
        return "the answer is JSON; only RSS and Atom are read"
    return "the answer is neither RSS nor Atom"


def _parse(text: str, url: str, max_entries: int) -> tuple[Any, _End]:
    """The feed as feedparser collected it, and how far that is the whole document."""
    version, document, named = replace_doctype(text.lstrip().encode())
    strict = _Strict(url, None, "utf-8")
    strict.version, strict.limit = version or "", max_entries
    end = _run_strict(strict, document)
    if end in (_End.WHOLE, _End.FULL):
        return strict, end
    if end is _End.CUT:
        return strict, _End.WHOLE if _is_closed(strict, text) else end
    loose = _Loose(url, None, "utf-8", named)
    loose.version, loose.limit = version or "", max_entries
    end = _run_loose(loose, document.decode())
    if end is _End.WHOLE and _root(text) in _FEED_ROOTS and not _is_closed(loose, text):
        return loose, _End.CUT
    return (strict if end is _End.TRIPPED and strict.ended > loose.ended else loose), end


def _run_strict(feed: Any, document: bytes) -> _End:
    # Safe here: `replace_doctype` has left no entity but plain text, and nothing outside is read.
    parser = xml.sax.make_parser()  # noqa: S317 - see above; and the child's limits hold
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setFeature(xml.sax.handler.feature_external_pes, False)
    parser.setContentHandler(feed)
    parser.setErrorHandler(feed)
    source = InputSource()
    source.setByteStream(io.BytesIO(document))
    try:
        parser.parse(source)
    except bounded.Enough:
        return _End.FULL
    except xml.sax.SAXParseException as error:
        code = getattr(error.getException(), "code", None)
        return _End.CUT if code in _CUT_OFF else _End.BROKEN
    except bounded.TRIPS:
        return _End.TRIPPED
    return _End.WHOLE


def _run_loose(feed: Any, text: str) -> _End:
    try:
        feed.feed(text)
    except bounded.Enough:
        return _End.FULL
    except bounded.TRIPS:
        return _End.TRIPPED
    return _End.WHOLE


def _is_closed(feed: Any, text: str) -> bool:
    """Was the last entry closed, and the feed after it?  Then nothing can be missing."""
    last = max(text.rfind(end) for end in ("</item>", "</entry>", ":item>", ":entry>"))
    return feed.ended == len(feed.entries) and bool(_FEED_END.search(text, max(last, 0)))


def _damage(end: _End, whole: int) -> str | None:
    after = f"after entry {whole}" if whole else "before its first entry ends"
    return {
        _End.CUT: f"the document is cut off {after}; the rest is missing",
        _End.FULL: f"only the first {whole} entries were read; the document has more",
        _End.TRIPPED: f"the document can't be read {after}",
    }.get(end)
