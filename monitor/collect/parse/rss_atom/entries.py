"""Conversion of feedparser's dictionaries to our feed and entry types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.collect.http import link_headers
from monitor.collect.parse import clean, hints
from monitor.collect.parse.dates import DateReader
from monitor.domain.feeds import Entry, Parsed

_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
# The address of the article where a service that counts readers stands in between.
_ORIGINAL_LINKS = ("feedburner_origlink", "pheedo_origlink")
_TEXT_TYPES = (*_MARKUP_TYPES, "text/plain", "")


def feed_from_feedparser(
    feed: Any, items: Iterable[Any], *, base: str, damage: str | None = None
) -> Parsed:
    """Return a feed with what feedparser's `feed` says of it and these items, cleaned, in order.

    Links that feedparser has left relative are resolved against `base`.
    """
    publisher_hints = hints.hints_from_feed(
        feed.feeddata, hours=feed.skip_hours, days=feed.skip_days
    )
    links = link_headers.from_document(dict.get(feed.feeddata, "links"), base)
    language = clean.language_tag(_text(feed.feeddata, "language"))
    document = _Document(base=base, language=language, dates=DateReader(language))
    return Parsed(
        title=_plain(feed.feeddata, "title", limit=clean.MAX_TITLE),
        language=language,
        entries=tuple(_entry(raw, document) for raw in items),
        hints=replace(publisher_hints, hub=links.get("hub", ""), topic=links.get("self", "")),
        damage=damage,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """What the entries of a document inherit from it."""

    base: str  # against which relative links are resolved
    language: str | None
    dates: DateReader


def _entry(raw: Any, document: _Document) -> Entry:
    """One entry; the beginning of the text replaces a missing headline."""
    text = next(_texts(raw), "")
    title = _plain(raw, "title", limit=clean.MAX_TITLE)
    return Entry(
        title=title or clean.shorten(text, clean.SUBSTITUTE_TITLE),
        text=text,
        url=next(_links(raw, document), None),
        guid=clean.clean_guid(_text(raw, "id")),
        author=_author(raw),
        language=_language(raw),
        published_at=_published_at(raw, document.dates),
        tags=clean.clean_tags(_tags(raw)),
    )


def _text(raw: Any, key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _plain(raw: Any, key: str, *, limit: int) -> str:
    detail = raw.get(f"{key}_detail")
    kind = detail.get("type", "") if isinstance(detail, dict) else ""
    # A title said to be HTML may name an element: "How to centre a <div>".
    return clean.plain_text(_text(raw, key), limit=limit, markup=kind == _MARKUP_TYPES[1])


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
    # the caption of a picture, where the article has no text of its own
    yield clean.plain_text(_text(raw, "media_description"), limit=clean.MAX_TEXT)


def _links(raw: Any, document: _Document) -> Iterator[str]:
    """Addresses of the article, the most likely first.

    The last resort are an id that is an address, and what the entry encloses.
    """
    links = _dictionaries(raw, "links")
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    alternates.sort(key=lambda link: _oddity(link, _language(raw) or document.language))
    enclosures = [link for link in links if link.get("rel") == "enclosure"]
    enclosed = {_text(link, "href") for link in enclosures}
    link = _text(raw, "link")
    guid = _text(raw, "id")
    is_token = link == guid and not re.search(r"[/.?]", guid)  # "12345": feedparser's link, no page
    candidates = (
        *(_text(raw, key) for key in _ORIGINAL_LINKS),
        *(_text(link, "href") for link in alternates),
        link if link not in enclosed and not is_token else "",
        guid if guid.lower().startswith(("http://", "https://")) else "",
        *(_text(content, "src") for content in _dictionaries(raw, "content")),
        *(_text(link, "href") for link in enclosures),
    )
    for candidate in candidates:
        url = clean.absolute_url(candidate, document.base) if candidate else None
        if url:
            yield url


def _oddity(link: Any, language: str | None) -> tuple[bool, bool]:
    """How far a link is from a page in the entry's language; smaller is better."""
    kind = _text(link, "type") or "text/html"
    page_language = clean.language_tag(_text(link, "hreflang"))
    is_foreign = bool(page_language and language) and _primary(page_language) != _primary(language)
    return kind not in _MARKUP_TYPES, is_foreign


def _primary(language: str | None) -> str:
    return (language or "").partition("-")[0]


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
