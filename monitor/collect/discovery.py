"""Feed autodiscovery: the feeds that a web page links to.  Pure: page bytes to addresses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from monitor.collect.http.link_headers import parse_link_headers
from monitor.collect.parse.charset import decode
from monitor.collect.parse.clean import without_sections
from monitor.text.urls import web_address

Attributes = dict[str, str]

# Common paths of feeds, for sites whose pages link to none; the most frequent first.
COMMON_FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)
# Types of other documents too: an alternate of such a type is worth one look.
_XML_TYPES = frozenset({"application/xml", "text/xml"})
_MAX_CHARACTERS = 512 * 1024  # of a page; links to feeds are in its head
# What a browser does not read as elements.
_INERT = (
    ("<!--", "-->"),
    ("<script", "</script"),
    ("<style", "</style"),
    ("<template", "</template"),
)
_TAG = re.compile(r"<(link|base)\b([^>]{1,2000})>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b([^>]{1,2000})>(.{0,300}?)</a", re.IGNORECASE | re.DOTALL)
_INNER_TAG = re.compile(r"<[^>]{0,300}>")
_FEED_PREFIX = re.compile(r"feed:", re.IGNORECASE)
_FEED_ADDRESS = re.compile(
    r"\.(?:rss|atom|rdf|xml)(?:\?|$)|/(?:rss|atom|feed)s?/?(?:\?|$)|/(?:rss|feed)s?/[^?]+$"
    r"|[?&](?:format|feed|type)=(?:rss|atom|xml)",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(
    r"(?:rss|atom|xml|feed|rss[ -]?(?:feed|лента|피드|订阅|フィード)|rss 2\.0)", re.IGNORECASE
)
_MAX_ANCHORS = 5_000
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredFeed:
    """A feed that a page links to."""

    url: str
    title: str = ""


def discover_feeds(
    body: bytes, *, content_type: str, url: str, link_headers: Sequence[str] = ()
) -> list[DiscoveredFeed]:
    """Return the feeds that a page or its Link headers name, in order; comment feeds are left out.

    RSS and Atom of the same title count once.  Where neither names one, links with the relation
    "feed" and JSON alternates count; where there are none, anchors to addresses that look like
    feeds.
    """
    text = decode(body, content_type)
    for start, end in _INERT:
        text = without_sections(text, start, end)
    text = text[:_MAX_CHARACTERS]
    elements = [(tag.lower(), _attributes(inside)) for tag, inside in _TAG.findall(text)]
    bases = [attributes["href"] for tag, attributes in elements if tag == "base"]
    base = _joined(url, bases[0].strip()) if bases else url
    named = [(url, attributes) for attributes in parse_link_headers(link_headers)]
    named += [(base, attributes) for tag, attributes in elements if tag == "link"]
    for names_feed in (_names_feed, _may_name_feed):
        feeds = _feeds((start, attributes) for start, attributes in named if names_feed(attributes))
        if feeds:
            return feeds
    return _feeds((base, attributes) for attributes in _feed_anchors(text))


def _feeds(links: Iterable[tuple[str, Attributes]]) -> list[DiscoveredFeed]:
    """One feed for each address, and for each title unless two of one kind share it."""
    feeds: dict[str, DiscoveredFeed] = {}
    kinds: dict[str, set[str]] = {}  # title → types of the feeds that have it
    for base, attributes in links:
        title = " ".join(attributes.get("title", "").split())[:200]
        feed = DiscoveredFeed(url=_joined(base, attributes.get("href", "").strip()), title=title)
        address = feed.url.partition("#")[0]
        if not address or _is_comments(feed) or address in feeds:
            continue
        kind, same_title = _kind(attributes), kinds.setdefault(title.lower(), set())
        if title and same_title and kind not in same_title:
            continue  # the same news in another format
        same_title.add(kind)
        feeds[address] = feed
    return list(feeds.values())


def _feed_anchors(text: str) -> Iterator[Attributes]:
    """Anchors whose type, address or words speak of a feed."""
    for inside, words in islice(_ANCHOR.findall(text), _MAX_ANCHORS):
        attributes = _attributes(inside)
        label = " ".join(_INNER_TAG.sub(" ", words).split())
        address = attributes.get("href", "")
        by_address = _FEED_ADDRESS.search(address.partition("#")[0])
        by_words = address and address[0] != "#" and _FEED_WORDS.fullmatch(label)
        if _kind(attributes) in _FEED_TYPES or by_address or by_words:
            yield {**attributes, "title": attributes.get("title") or label}


def _attributes(inside: str) -> Attributes:
    attributes = {name.lower(): _unquoted(value) for name, value in _ATTRIBUTE.findall(inside)}
    return {"href": "", **attributes}


def common_feed_urls(url: str) -> list[str]:
    """Addresses to try when the page links to no feed."""
    return [urljoin(url, place) for place in COMMON_FEED_PATHS]


def _names_feed(attributes: Attributes) -> bool:
    relations, kind = attributes.get("rel", "").lower().split(), _kind(attributes)
    is_feed = kind in _FEED_TYPES or kind in _XML_TYPES
    return (
        bool(attributes["href"]) and is_feed and ("alternate" in relations or "feed" in relations)
    )


def _may_name_feed(attributes: Attributes) -> bool:
    """Whether a link says so by its relation alone, or is JSON that is called a feed."""
    relations, kind = attributes.get("rel", "").lower().split(), _kind(attributes)
    label = f"{attributes['href']} {attributes.get('title', '')}".lower()
    is_json_feed = kind == "application/json" and "alternate" in relations and "feed" in label
    return bool(attributes["href"]) and ("feed" in relations or is_json_feed)


def _kind(attributes: Attributes) -> str:
    return attributes.get("type", "").partition(";")[0].strip().lower()


def _is_comments(feed: DiscoveredFeed) -> bool:
    return "/comments/" in feed.url.lower() or "comments" in feed.title.lower().split()


def _joined(base: str, address: str) -> str:
    """The absolute address; empty when `address` is not a valid one."""
    try:
        return urljoin(base, web_address(address) if _FEED_PREFIX.match(address) else address)
    except ValueError:
        return ""


def _unquoted(value: str) -> str:
    return html.unescape(value.strip("\"'"))
