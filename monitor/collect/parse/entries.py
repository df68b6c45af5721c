"""Which of what feedparser collected do we keep?  Its dictionaries → our nouns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.collect.http import link_headers
from monitor.collect.parse import clean, hints
from monitor.domain.feeds import Entry, Parsed

_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_TEXT_TYPES = (*_MARKUP_TYPES, "text/plain", "")


def feed_from_feedparser(feed: Any, *, whole: int, base: str, damage: str | None) -> Parsed:
    """The first `whole` entries of feedparser's `feed`, in their order, cleaned.

    Relative links start at `base` where feedparser has not resolved them already.
    """
    wishes = hints.hints_from_feed(feed.feeddata, hours=feed.skip_hours, days=feed.skip_days)
    links = link_headers.from_document(dict.get(feed.feeddata, "links"), base)
    return Parsed(
        title=_plain(feed.feeddata, "title", limit=clean.MAX_TITLE),
        language=clean.language_tag(_text(feed.feeddata, "language")),
        entries=tuple(_entry(raw, base) for raw in feed.entries[:whole]),
        hints=replace(wishes, hub=links.get("hub", ""), topic=links.get("self", "")),
        damage=damage,
    )


def _entry(raw: Any, base: str) -> Entry:
    """One entry.  A headline that is missing is made of the text's beginning."""
    text = next(_texts(raw), "")
    title = _plain(raw, "title", limit=clean.MAX_TITLE)
    return Entry(
        title=title or clean.shorten(text, clean.SUBSTITUTE_TITLE),
        text=text,
        url=next(_links(raw, base), None),
        guid=clean.clean_guid(_text(raw, "id")),
        author=_author(raw),
        language=_language(raw),
        published_at=_instant(raw),
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
    """What the entry says, the fullest version first; those without a word left out."""
    versions = [
        (_text(each, "value"), each.get("type") or "") for each in _dictionaries(raw, "content")
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
    """Where the article may be read, the likeliest first."""
    alternates = [
        _text(each, "href")
        for each in _dictionaries(raw, "links")
        if each.get("rel") == "alternate"
    ]
    for candidate in (_text(raw, "link"), *alternates):
        url = clean.absolute_url(candidate, base)
        if url:
            yield url


def _author(raw: Any) -> str | None:
    names = [_text(each, "name") for each in _dictionaries(raw, "authors")]
    joined = ", ".join(dict.fromkeys(name for name in names[:20] if name))
    return clean.plain_text(joined or _text(raw, "author"), limit=clean.MAX_AUTHOR) or None


def _language(raw: Any) -> str | None:
    """As declared for the headline, else for the text."""
    details = [raw.get("title_detail"), *_dictionaries(raw, "content"), raw.get("summary_detail")]
    tags = (detail.get("language") for detail in details if isinstance(detail, dict))
    return next((found for found in map(clean.language_tag, tags) if found), None)


def _instant(raw: Any) -> datetime | None:
    """When it was published, else changed, else made."""
    # dict.get: feedparser's own warns, and takes one date for another.
    keys = ("published_parsed", "updated_parsed", "created_parsed")
    dates = (clean.datetime_from_parts(dict.get(raw, key)) for key in keys)
    return next((date for date in dates if date), None)


def _tags(raw: Any) -> list[str]:
    return [_text(tag, "label") or _text(tag, "term") for tag in _dictionaries(raw, "tags")]


def _dictionaries(raw: Any, key: str) -> list[Any]:
    """The dictionaries of a list; hostile feeds can put anything under any key."""
    value = raw.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
