"""JSON Feed, 1.0 and 1.1: the same entries from another notation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.collect.http import link_headers
from monitor.collect.parse import clean
from monitor.collect.parse.item_cache import fingerprint, pack_items, state_digest, unpack_cache
from monitor.collect.parse.outcome import ParseOutcome, damage_message
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed, PublisherHints
from monitor.domain.reasons import FeedReason

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/1(\.\d+)?/?")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_MAX_NAMES = 20


def parse_json_feed(text: str, url: str, max_entries: int, memory: bytes) -> Parsed:
    """Read JSON as a feed; see `parse_json_feed.read`.  Raise ParseError when it is none.

    A document that is cut off gives its whole items.  Items that an earlier one had are named
    only, if nothing changed that they inherit.
    """
    feed, items, end = _opened(text)
    if len(items) > max_entries:
        items, end = items[:max_entries], ParseOutcome.FULL
    known = unpack_cache(memory)
    state = state_digest(json.dumps([_names(feed), _text(feed, "language")]), url)
    names = known.names if known.state == state else {}
    prints = [fingerprint(json.dumps(item)) for item in items]
    found = {
        at: _entry(item, feed, url) for at, item in enumerate(items) if prints[at] not in names
    }
    parsed = Parsed(
        title=clean.plain_text(_text(feed, "title"), limit=clean.MAX_TITLE),
        language=clean.language_tag(_text(feed, "language")),
        entries=tuple(found.get(at) or names[name] for at, name in enumerate(prints)),
        hints=_wishes(feed, url),
        damage=damage_message(end, len(items)),
        seen=frozenset(range(len(items))) - found.keys(),
    )
    if end is not ParseOutcome.WHOLE or not found:
        return parsed
    return replace(parsed, memory=pack_items(state, prints, parsed.entries))


def _wishes(feed: Mapping[str, Any], url: str) -> PublisherHints:
    """Its hub, and its own address as the topic there; neither alone says anything."""
    hubs = feed.get("hubs")
    links = [
        {"rel": "hub", "href": str(hub.get("url"))}
        for hub in (hubs if isinstance(hubs, list) else ())
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub"
    ]
    links.append({"rel": "self", "href": _text(feed, "feed_url")})
    found = link_headers.from_document(links, url)
    return (
        PublisherHints(hub=found["hub"], topic=found["self"])
        if len(found) == 2
        else PublisherHints()
    )


def _opened(text: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], ParseOutcome]:
    """The feed, its items and whether that is all of them.  Raise ParseError."""
    try:
        feed, end = json.loads(text), ParseOutcome.WHOLE
    except (ValueError, RecursionError):
        feed, end = _cut(text), ParseOutcome.CUT
    version, items = (feed.get("version"), feed.get("items")) if isinstance(feed, dict) else (0, 0)
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise ParseError(FeedReason.NOT_A_FEED, "the answer is JSON, but no JSON Feed")
    if not isinstance(items, list):
        raise ParseError(FeedReason.NOT_A_FEED, "the JSON Feed has no list of items")
    return feed, [item for item in items if isinstance(item, dict)], end


def _cut(text: str) -> Any:
    """What can be read of a document whose end is missing: its beginning and its whole items."""
    begun = _ITEMS.search(text)
    if begun is None:
        return None
    try:
        feed = json.loads(text[: begun.end()] + "]}")
    except (ValueError, RecursionError):
        return None
    return {**feed, "items": list(_whole(text, begun.end()))}


def _whole(text: str, place: int) -> Iterator[Any]:
    """The items from here on, up to the first that is not whole."""
    decoder = json.JSONDecoder()
    while True:
        try:
            item, place = decoder.raw_decode(text, _gap(text, place))
        except (ValueError, RecursionError):
            return
        yield item


def _gap(text: str, place: int) -> int:
    """Where the next item begins, after a comma and white space."""
    while text[place : place + 1] in (" ", "\t", "\n", "\r", ","):
        place += 1
    return place


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str) -> Entry:
    text = max(_texts(item), key=len, default="")
    title = clean.plain_text(_text(item, "title"), limit=clean.MAX_TITLE)
    addresses = (clean.absolute_url(_text(item, key), base) for key in ("url", "external_url"))
    dates = (
        clean.datetime_from_text(_text(item, key)) for key in ("date_published", "date_modified")
    )
    tags = item.get("tags")
    author = ", ".join(_names(item) or _names(feed))
    return Entry(
        title=title or clean.shorten(text, clean.SUBSTITUTE_TITLE),
        text=text,
        url=next(filter(None, addresses), None),
        guid=clean.clean_guid(_text(item, "id")),
        author=clean.plain_text(author, limit=clean.MAX_AUTHOR) or None,
        language=clean.language_tag(_text(item, "language")),
        published_at=next(filter(None, dates), None),
        tags=clean.clean_tags(tag for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else (),
    )


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    for key, markup in (("content_html", True), ("content_text", False), ("summary", False)):
        yield clean.plain_text(_text(item, key), limit=clean.MAX_TEXT, markup=markup)


def _names(item: Mapping[str, Any]) -> list[str]:
    """Of the authors: version 1.1 has a list, 1.0 had one."""
    several = item.get("authors")
    authors = several if isinstance(several, list) else [item.get("author")]
    names = (_text(author, "name") for author in authors if isinstance(author, dict))
    return list(dict.fromkeys(filter(None, names)))[:_MAX_NAMES]


def _text(item: Mapping[str, Any], key: str) -> str:
    """A text, or a number as one: ids often are."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
