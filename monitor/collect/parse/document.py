"""Feed parsing: the bytes of a feed document to entries in plain text.

It runs in a child process (`worker.py`): hostile documents make feedparser slow, exhaust memory or
raise.  Items that an earlier document of the feed had are not parsed again (`incremental.py`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.collect.parse import jsonfeed, news_sitemap
from monitor.collect.parse.charset import decode
from monitor.collect.parse.outcome import ParseOutcome, damage_message
from monitor.collect.parse.rss_atom import entries, feedparser_run, incremental, reader_check
from monitor.collect.xml_repair import NOT_XML
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SUSPECT = bytes({*range(32)} - {*b"\t\n\r"})  # those of them that are one byte in UTF-8
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE | re.ASCII)
# A character beyond U+FFFF as the two halves that UTF-16 makes of it.
_SURROGATE_PAIR = re.compile(
    r"&#(?:x(?P<high>d[89ab][0-9a-f]{2})|(?P<high_decimal>5[56][0-9]{3}));?"
    r"&#(?:x(?P<low>d[c-f][0-9a-f]{2})|(?P<low_decimal>5[67][0-9]{3}));?",
    re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([a-zA-Z][\w.-]*)")
_FEED_ROOTS = {"rss", "feed", "rdf", "channel"}

_WEB_PAGE = (
    "the answer is a web page, not a feed: it may be a login or error page;"
    " open the address in a browser and look for the feed's own"
)
_NO_FEEDS = {
    "html": _WEB_PAGE,
    "opml": "this is a list of feeds (OPML): read it with `monitor feeds import`",
    "sitemapindex": "this is a list of site maps, not a feed: watch the news site map it names",
}


def parse_document(
    body: bytes,
    *,
    content_type: str,
    url: str,
    max_entries: int,
    memory: bytes = b"",
    compared_one_in: int = reader_check.COMPARED_ONE_IN,
) -> Parsed:
    """Parse a document as RSS, Atom, JSON Feed or news site map.

    `url` is its address, against which relative links are resolved; `memory` is the item cache of
    the feed's earlier documents (`Parsed.memory`).  Raise ParseError when it is not a feed.  A
    truncated or partly unreadable document is parsed as far as possible, and `Parsed.damage` says
    what is missing.  Markup that is merely not well-formed is not damage.
    """
    text = _repaired(decode(body, content_type))
    if not text.strip():
        raise ParseError(FeedReason.EMPTY_BODY, "the publisher sent an empty document")
    if text.lstrip()[:1] == "{":
        return jsonfeed.parse_json_feed(text, url, max_entries, memory)
    root = _root(text)
    if root == "urlset":
        return news_sitemap.parse_news_sitemap(text, url, max_entries)
    if root in _NO_FEEDS:
        raise ParseError(FeedReason.NOT_A_FEED, _NO_FEEDS[root])
    parsed = incremental.parse_items(text, url, max_entries, memory)
    if parsed is not None and not reader_check.is_compared(body, compared_one_in):
        return parsed
    whole = _parse_whole(text, root, url, max_entries)
    if parsed is None:
        return whole
    disagreement = reader_check.difference(parsed, whole)
    return replace(whole, disagreement=disagreement) if disagreement else parsed


def _parse_whole(text: str, root: str, url: str, max_entries: int) -> Parsed:
    is_feed = root in _FEED_ROOTS
    feed, outcome = feedparser_run.parse_lenient(text, url, max_entries, is_feed=is_feed)
    if not feed.version and not feed.entries and not is_feed:
        raise ParseError(
            FeedReason.NOT_A_FEED, "the answer is neither RSS nor Atom, JSON Feed or news site map"
        )
    whole = len(feed.entries) if outcome in (ParseOutcome.WHOLE, ParseOutcome.FULL) else feed.ended
    return entries.feed_from_feedparser(
        feed, feed.entries[:whole], base=url, damage=damage_message(outcome, whole)
    )


def _repaired(text: str) -> str:
    """Remove what XML forbids, and the XML declaration, whose encoding no longer applies."""
    if not _is_xml(text):
        text = NOT_XML.sub("", text)
    if "&#" in text:
        text = _REFERENCE.sub(_character, _SURROGATE_PAIR.sub(_pair, text))
    return _XML_DECLARATION.sub("", text, count=1) if text[:200].lstrip()[:5] == "<?xml" else text


def _is_xml(text: str) -> bool:
    """Whether all characters are allowed in XML.

    Nearly always true, and five times faster than a search for the forbidden ones.
    """
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        return False
    has_no_suspect_byte = len(octets.translate(None, _SUSPECT)) == len(octets)
    return has_no_suspect_byte and b"\xef\xbf\xbe" not in octets and b"\xef\xbf\xbf" not in octets


def _character(reference: re.Match[str]) -> str:
    """A numeric reference unchanged, or a replacement character for an invalid one."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) < 8 else 0
    possible = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return reference[0] if possible and not NOT_XML.match(chr(number)) else "\ufffd"


def _pair(pair: re.Match[str]) -> str:
    """One character for the references of its two halves; unchanged when they are not halves."""
    high = int(pair["high"], 16) if pair["high"] else int(pair["high_decimal"])
    low = int(pair["low"], 16) if pair["low"] else int(pair["low_decimal"])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return pair[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _root(text: str) -> str:
    """The local name of the first element, in lower case; "html" for a web page."""
    head = _COMMENT.sub("", text[:20_000]).lstrip()
    element = _ROOT.search(head)
    name = element[1].lower() if element else ""
    is_web_page = head[:14].lower() == "<!doctype html" and name not in _FEED_ROOTS
    return "html" if is_web_page else name
