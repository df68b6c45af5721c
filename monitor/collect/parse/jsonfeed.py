"""JSON Feed parser, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.collect.http import link_headers
from monitor.collect.parse import clean
from monitor.collect.parse.dates import DateReader
from monitor.collect.parse.item_cache import (
    fingerprint,
    merge_entries,
    pack_items,
    state_digest,
    unpack_cache,
)
from monitor.collect.parse.outcome import ParseOutcome, damage_message
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed, PublisherHints
from monitor.domain.reasons import FeedReason

_VERSION = re.compile(r"https?://(www\.)?jsonfeed\.org/version/1(\.\d+)?/?")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_MAX_NAMES = 20


def parse_json_feed(text: str, url: str, max_entries: int, memory: bytes) -> Parsed:
    """Parse a JSON Feed, as `parse_document` does.  Raise ParseError when it is not one.

    A truncated document gives its complete items.  Items that an earlier document had keep only
    their identifying fields, unless a value that they inherit has changed.
    """
    feed, items, end = _load(text)
    if len(items) > max_entries:
        items, end = items[:max_entries], ParseOutcome.FULL
    cache = unpack_cache(memory)
    state = state_digest(json.dumps([_names(feed), _text(feed, "language")]), url)
    cached = cache.names if cache.state == state else {}
    prints = [fingerprint(json.dumps(item)) for item in items]
    dates = DateReader(clean.language_tag(_text(feed, "language")))
    new_entries = {
        index: _entry(item, feed, url, dates)
        for index, item in enumerate(items)
        if prints[index] not in cached
    }
    parsed = Parsed(
        title=clean.plain_text(_text(feed, "title"), limit=clean.MAX_TITLE),
        language=clean.language_tag(_text(feed, "language")),
        entries=merge_entries(prints, new_entries, cached),
        hints=_websub_hints(feed, url),
        damage=damage_message(end, len(items)),
        seen=frozenset(range(len(items))) - new_entries.keys(),
    )
    if end is not ParseOutcome.WHOLE or not new_entries:
        return parsed
    return replace(parsed, memory=pack_items(state, prints, parsed.entries))


def _websub_hints(feed: Mapping[str, Any], url: str) -> PublisherHints:
    """The WebSub hub and topic (`feed_url`); none unless both are given."""
    hubs = feed.get("hubs")
    links = [
        {"rel": "hub", "href": str(hub.get("url"))}
        for hub in (hubs if isinstance(hubs, list) else ())
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub"
    ]
    links.append({"rel": "self", "href": _text(feed, "feed_url")})
    hub_links = link_headers.from_document(links, url)
    if len(hub_links) < 2:
        return PublisherHints()
    return PublisherHints(hub=hub_links["hub"], topic=hub_links["self"])


def _load(text: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], ParseOutcome]:
    """The feed, its items, and whether the document is complete.  Raise ParseError."""
    try:
        feed, end = json.loads(text, strict=False), ParseOutcome.WHOLE
    except (ValueError, RecursionError):
        feed, end = _load_truncated(text), ParseOutcome.CUT
    version, items = (feed.get("version"), feed.get("items")) if isinstance(feed, dict) else (0, 0)
    if not isinstance(version, str) or not _VERSION.fullmatch(version.strip()):
        raise ParseError(FeedReason.NOT_A_FEED, "the answer is JSON, but no JSON Feed")
    if not isinstance(items, list):
        raise ParseError(FeedReason.NOT_A_FEED, "the JSON Feed has no list of items")
    return feed, [item for item in items if isinstance(item, dict)], end


def _load_truncated(text: str) -> Any:
    """The beginning and the complete items of a document without its end; None without items."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    try:
        feed = json.loads(text[: start.end()] + "]}", strict=False)
    except (ValueError, RecursionError):
        return None
    return {**feed, "items": list(_complete_items(text, start.end()))}


def _complete_items(text: str, position: int) -> Iterator[Any]:
    """The items from `position` up to the first incomplete one."""
    decoder = json.JSONDecoder(strict=False)
    while True:
        try:
            item, position = decoder.raw_decode(text, _next_item(text, position))
        except (ValueError, RecursionError):
            return
        yield item


def _next_item(text: str, position: int) -> int:
    """The start of the next item, after a comma and white space."""
    while text[position : position + 1] in (" ", "\t", "\n", "\r", ","):
        position += 1
    return position


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str, dates: DateReader) -> Entry:
    text = max(_texts(item), key=len, default="")
    title = clean.plain_text(_text(item, "title"), limit=clean.MAX_TITLE)
    addresses = (clean.absolute_url(address, base) for address in _addresses(item))
    instants = (dates.read(_text(item, key)) for key in ("date_published", "date_modified"))
    tags = item.get("tags")
    author = ", ".join(_names(item) or _names(feed))
    return Entry(
        title=title or clean.shorten(text, clean.SUBSTITUTE_TITLE),
        text=text,
        url=next((address for address in addresses if address), None),
        guid=clean.clean_guid(_text(item, "id")),
        author=clean.plain_text(author, limit=clean.MAX_AUTHOR) or None,
        language=clean.language_tag(_text(item, "language")),
        published_at=next((instant for instant in instants if instant), None),
        tags=clean.clean_tags(tag for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else (),
    )


def _addresses(item: Mapping[str, Any]) -> Iterator[str]:
    """The item's own address, the page it is about, an id that is one, what is attached to it."""
    yield from (_text(item, "url"), _text(item, "external_url"))
    if _text(item, "id").lower().startswith(("http://", "https://")):
        yield _text(item, "id")
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict):
            yield _text(attachment, "url")


def _texts(item: Mapping[str, Any]) -> Iterator[str]:
    for key, markup in (("content_html", True), ("content_text", False), ("summary", False)):
        yield clean.plain_text(_text(item, key), limit=clean.MAX_TEXT, markup=markup)


def _names(item: Mapping[str, Any]) -> list[str]:
    """The names of the authors: a list in version 1.1, one author in 1.0."""
    listed = item.get("authors")
    authors = listed if isinstance(listed, list) else [item.get("author")]
    names = (_text(author, "name") for author in authors if isinstance(author, dict))
    return list(dict.fromkeys(filter(None, names)))[:_MAX_NAMES]


def _text(item: Mapping[str, Any], key: str) -> str:
    """A text, or a number as text: ids are often numbers."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
