"""News site maps (Google's sitemap-news extension), parsed as feeds."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError as NotWellFormed

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from monitor.collect.parse import clean
from monitor.collect.parse.dates import DateReader
from monitor.collect.parse.outcome import ParseOutcome, damage_message
from monitor.domain.errors import ParseError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.reasons import FeedReason

_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def parse_news_sitemap(text: str, url: str, max_entries: int) -> Parsed:
    """Parse a site map as a feed, as `parse_document` does.  Raise ParseError without news.

    Addresses without news are left out.
    """
    entries: list[Entry] = []
    dates = DateReader()
    publication, end = "", ParseOutcome.WHOLE
    try:
        for news, address in _news(text):
            if len(entries) >= max_entries:
                end = ParseOutcome.FULL
                break
            entries.append(_entry(news, address, url, dates))
            publication = publication or _text(news, f"{_NEWS}publication/{_NEWS}name")
    except NotWellFormed:
        end = ParseOutcome.CUT
    except DefusedXmlException:
        raise ParseError(FeedReason.NOT_A_FEED, "the site map declares entities") from None
    if not entries and _NEWS[1:-1] not in text:
        raise ParseError(FeedReason.NOT_A_FEED, "this is a site map without news, not a feed")
    return Parsed(
        title=clean.plain_text(publication, limit=clean.MAX_TITLE),
        language=entries[0].language if entries else None,
        entries=tuple(entries),
        damage=damage_message(end, len(entries)),
    )


def _news(text: str) -> Iterator[tuple[Any, str]]:
    """The news element of each article, and its address."""
    root = None
    for event, element in iterparse(io.BytesIO(text.encode()), events=("start", "end")):
        root = element if root is None else root
        if event == "end" and element.tag.rpartition("}")[2] == "url":
            news = element.find(f"{_NEWS}news")
            if news is not None and _text(news, f"{_NEWS}title"):
                yield news, _text(element, "{*}loc")
            root.clear()  # else the whole tree stays in memory


def _entry(news: Any, address: str, base: str, dates: DateReader) -> Entry:
    return Entry(
        title=clean.plain_text(_text(news, f"{_NEWS}title"), limit=clean.MAX_TITLE),
        url=clean.absolute_url(address, base),
        language=clean.language_tag(_text(news, f"{_NEWS}publication/{_NEWS}language")),
        published_at=dates.read(_text(news, f"{_NEWS}publication_date")),
        tags=clean.clean_tags(_text(news, f"{_NEWS}keywords").split(",")),
    )


def _text(element: Any, path: str) -> str:
    return (element.findtext(path) or "").strip()
