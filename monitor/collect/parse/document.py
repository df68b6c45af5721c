"""What does the feed say?  Bytes as a publisher sent them → entries in plain text.

This runs in a child process (`child.py`): hostile documents make feedparser slow, hungry or raise.
What an earlier document of the feed had is not read again (`delta.py`).
"""

from __future__ import annotations

import re

from monitor.collect.parse import entries, feedparser_run, incremental, jsonfeed, news_sitemap
from monitor.collect.parse.charset import decode
from monitor.collect.parse.outcome import ParseOutcome, damage_message
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Parsed
from monitor.domain.reasons import FeedReason

_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}\?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What XML can't hold, and feedparser stumbles over.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SUSPECT = bytes({*range(32)} - {*b"\t\n\r"})  # the same, as far as it is one byte in UTF-8
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE | re.ASCII)
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
    body: bytes, *, content_type: str, url: str, max_entries: int, memory: bytes = b""
) -> Parsed:
    """Read a document as RSS, Atom, JSON Feed or news site map.

    `url` is where it came from, and where relative links start; `memory` that of the feed's
    documents read before (`Parsed.memory`).  Raise ParseError when it is no feed.  What was cut
    short or has an unreadable part is read as far as it goes, and `damage_message` says so.  Untidy
    markup alone is no damage.
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
    return incremental.parse_new_items(text, url, max_entries, memory) or _whole(
        text, root, url, max_entries
    )


def _whole(text: str, root: str, url: str, max_entries: int) -> Parsed:
    is_feed = root in _FEED_ROOTS
    feed, end, well_formed = feedparser_run.parse_lenient(text, url, max_entries, is_feed=is_feed)
    if not feed.version and not feed.entries and not is_feed:
        raise ParseError(
            FeedReason.NOT_A_FEED, "the answer is neither RSS nor Atom, JSON Feed or news site map"
        )
    whole = len(feed.entries) if end in (ParseOutcome.WHOLE, ParseOutcome.FULL) else feed.ended
    parsed = entries.feed_from_feedparser(
        feed, whole=whole, base=url, damage=damage_message(end, whole)
    )
    return incremental.with_item_cache(parsed, text, url, feed.states) if well_formed else parsed


def _repaired(text: str) -> str:
    """Without what no XML may hold, and without a declaration: the text is decoded already."""
    if not _is_xml(text):
        text = _NOT_XML.sub("", text)
    if "&#" in text:
        text = _REFERENCE.sub(_character, text)
    return _XML_DECLARATION.sub("", text, count=1) if text[:200].lstrip()[:5] == "<?xml" else text


def _is_xml(text: str) -> bool:
    """Are there only characters that XML can hold?  For nearly all: five times faster than to
    look for the others.
    """
    try:
        octets = text.encode()
    except UnicodeEncodeError:
        return False
    unsuspected = len(octets.translate(None, _SUSPECT)) == len(octets)
    return unsuspected and b"\xef\xbf\xbe" not in octets and b"\xef\xbf\xbf" not in octets


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
