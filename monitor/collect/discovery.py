"""Feed autodiscovery: the feeds that a web page links to.  Pure: page bytes to addresses."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from monitor.collect.parse.charset import decode

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
_MAX_CHARACTERS = 512 * 1024  # of a page; links to feeds are in its head
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_TAG = re.compile(r"<(link|base)\b([^>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredFeed:
    """A feed that a page links to."""

    url: str
    title: str = ""


def discover_feeds(body: bytes, *, content_type: str, url: str) -> list[DiscoveredFeed]:
    """Return the feeds in page order, one for each title: RSS and Atom of the same news count once.

    Feeds of readers' comments are left out.
    """
    text = _COMMENT.sub("", decode(body, content_type)[:_MAX_CHARACTERS])
    base = url
    feeds: dict[str, DiscoveredFeed] = {}
    for tag, inside in _TAG.findall(text):
        attributes = {name.lower(): _unquoted(value) for name, value in _ATTRIBUTE.findall(inside)}
        address = attributes.get("href", "").strip()
        if tag.lower() == "base" and address:
            base = _joined(url, address)
        elif address and _names_feed(attributes):
            title = " ".join(attributes.get("title", "").split())[:200]
            feed = DiscoveredFeed(url=_joined(base, address), title=title)
            if feed.url and not _is_comments(feed):
                feeds.setdefault(title.lower() or feed.url, feed)
    return list(feeds.values())


def common_feed_urls(url: str) -> list[str]:
    """Addresses to try when the page links to no feed."""
    return [urljoin(url, place) for place in COMMON_FEED_PATHS]


def _names_feed(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return kind in _FEED_TYPES and ("alternate" in relations or "feed" in relations)


def _is_comments(feed: DiscoveredFeed) -> bool:
    return "/comments/" in feed.url.lower() or "comments" in feed.title.lower().split()


def _joined(base: str, address: str) -> str:
    """The absolute address; empty when `address` is not a valid one."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _unquoted(value: str) -> str:
    return html.unescape(value.strip("\"'"))
