"""Conversion of feedparser's dictionaries to our feed and entry types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.collect.http import link_headers
from monitor.collect.parse import clean, hints
from monitor.collect.parse.dates import DateReader
from monitor.domain.feeds import Entry, Parsed

_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_TEXT_TYPES = (*_MARKUP_TYPES, "text/plain", "")


def feed_from_feedparser(feed: Any, *, whole: int, base: str, damage: str | None) -> Parsed:
    """Return the first `whole` entries of feedparser's `feed`, cleaned, in document order.

    Links that feedparser has left relative are resolved against `base`.
    """
    publisher_hints = hints.hints_from_feed(
        feed.feeddata, hours=feed.skip_hours, days=feed.skip_days
    )
    links = link_headers.from_document(dict.get(feed.feeddata, "links"), base)
    language = clean.language_tag(_text(feed.feeddata, "language"))
    dates = DateReader(language)
    return Parsed(
        title=_plain(feed.feeddata, "title", limit=clean.MAX_TITLE),
        language=language,
        entries=tuple(_entry(raw, base, dates) for raw in feed.entries[:whole]),
        hints=replace(publisher_hints, hub=links.get("hub", ""), topic=links.get("self", "")),
        damage=damage,
    )


def _entry(raw: Any, base: str, dates: DateReader) -> Entry:
    """One entry; the beginning of the text replaces a missing headline."""
    text = next(_texts(raw), "")
    title = _plain(raw, "title", limit=clean.MAX_TITLE)
    return Entry(
        title=title or clean.shorten(text, clean.SUBSTITUTE_TITLE),
        text=text,
        url=next(_links(raw, base), None),
        guid=clean.clean_guid(_text(raw, "id")),
        author=_author(raw),
        language=_language(raw),
        published_at=_published_at(raw, dates),
        tags=clean.clean_tags(_tags(raw)),
    )


def _text(raw: Any, key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _plain(raw: Any, key: str, *, limit: int) -> str:
    detail = raw.get(f"{key}_detail")
    kind = detail.get("type", "") if isinstance(detail, dict) else ""
    return clean.plain_text(_text(raw, key), limit=limit, markup=kind in _MARKUP_TYPES)


def _texts(raw: Any) -> Iterator[str]:
    """The versions of the entry's text that have words, the longest first."""
    versions = [
        (_text(content, "value"), content.get("type") or "")
        for content in _dictionaries(raw, "content")
    ]
    detail = raw.get("summary_detail")
    kind = detail.get("type") or "" if isinstance(detail, dict) else "text/html"
    versions.append((_text(raw, "summary"), kind))
    for value, kind in sorted(versions, key=lambda version: -len(version[0])):
        if kind in _TEXT_TYPES:
            text = clean.plain_text(value, limit=clean.MAX_TEXT, markup=kind in _MARKUP_TYPES)
            if text:
                yield text


def _links(raw: Any, base: str) -> Iterator[str]:
    """Addresses of the article, the most likely first."""
    alternates = [
        _text(link, "href")
        for link in _dictionaries(raw, "links")
        if link.get("rel") == "alternate"
    ]
    for candidate in (_text(raw, "link"), *alternates):
        url = clean.absolute_url(candidate, base)
        if url:
            yield url


def _author(raw: Any) -> str | None:
    names = [_text(author, "name") for author in _dictionaries(raw, "authors")]
    joined = ", ".join(dict.fromkeys(name for name in names[:20] if name))
    return clean.plain_text(joined or _text(raw, "author"), limit=clean.MAX_AUTHOR) or None


def _language(raw: Any) -> str | None:
    """The language declared for the headline, else for the text."""
    details = [raw.get("title_detail"), *_dictionaries(raw, "content"), raw.get("summary_detail")]
    tags = (detail.get("language") for detail in details if isinstance(detail, dict))
    languages = (clean.language_tag(tag) for tag in tags)
    return next((language for language in languages if language), None)


def _published_at(raw: Any, dates: DateReader) -> datetime | None:
    """The time of publication, else of the last update, else of creation.

    From the publisher's text: feedparser's own readings complete half a date from today's clock.
    """
    for key in ("published", "updated", "created"):
        # dict.get: feedparser's own `get` warns, and substitutes one date for another.
        text = dict.get(raw, key)
        instant = dates.read(text) if isinstance(text, str) else None
        if instant is not None:
            return instant
    return None


def _tags(raw: Any) -> list[str]:
    return [_text(tag, "label") or _text(tag, "term") for tag in _dictionaries(raw, "tags")]


def _dictionaries(raw: Any, key: str) -> list[Any]:
    """The dictionaries in the list under `key`; a hostile feed can put any value there."""
    value = raw.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
