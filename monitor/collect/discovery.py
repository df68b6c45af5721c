"""Which feeds does a web page name?  Pure: from the page's bytes to addresses."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from monitor.collect.parse.charset import decode

# Where feeds lie on sites whose pages do not say so, the commonest first.
COMMON_FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)
_LOOKED_AT = 512 * 1024  # characters: what names feeds stands in a page's head
_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_TAG = re.compile(r"<(link|base)\b([^>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredFeed:
    """A feed that a page names."""

    url: str
    title: str = ""


def discover_feeds(body: bytes, *, content_type: str, url: str) -> list[DiscoveredFeed]:
    """The feeds in the order of the page, each title once: the same news as RSS and as Atom is
    one choice.  Feeds of readers' comments are left out.
    """
    text = _COMMENT.sub("", decode(body, content_type)[:_LOOKED_AT])
    base = url
    found: dict[str, DiscoveredFeed] = {}
    for tag, inside in _TAG.findall(text):
        said = {name.lower(): _unquoted(value) for name, value in _ATTRIBUTE.findall(inside)}
        address = said.get("href", "").strip()
        if tag.lower() == "base" and address:
            base = _joined(url, address)
        elif address and _names_feed(said):
            title = " ".join(said.get("title", "").split())[:200]
            named = DiscoveredFeed(url=_joined(base, address), title=title)
            if named.url and not _is_comments(named):
                found.setdefault(title.lower() or named.url, named)
    return list(found.values())


def common_feed_urls(url: str) -> list[str]:
    """Addresses to try where the page names no feed."""
    return [urljoin(url, place) for place in COMMON_FEED_PATHS]


def _names_feed(said: dict[str, str]) -> bool:
    relations = said.get("rel", "").lower().split()
    kind = said.get("type", "").partition(";")[0].strip().lower()
    return kind in _FEED_TYPES and ("alternate" in relations or "feed" in relations)


def _is_comments(named: DiscoveredFeed) -> bool:
    return "/comments/" in named.url.lower() or "comments" in named.title.lower().split()


def _joined(base: str, address: str) -> str:
    """The whole address; empty for what is none."""
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _unquoted(value: str) -> str:
    return html.unescape(value.strip("\"'"))
