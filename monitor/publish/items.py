"""What a feed of ours says of an article, and of itself: plain text that is safe everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from monitor.deliver import plain
from monitor.domain import Article

_LONGEST_TITLE = 300
_LONGEST_TEXT = 2_000
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet that brought the article, and where."""

    outlet: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article.  Every text is one line, without characters that hide or turn others."""

    id: str  # the same for ever, whatever address the feed has
    title: str
    text: str
    link: str | None
    language: str  # BCP 47, or nothing
    published_at: datetime | None
    seen_at: datetime
    themes: tuple[tuple[str, str], ...]  # slug and title, strongest first
    sources: tuple[Source, ...]  # the first brought it first
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a feed says of itself."""

    id: str
    title: str
    subtitle: str
    url: str | None  # its own address; none in a file
    updated_at: datetime


def identity(kind: str, key: str) -> str:
    """An address-free name for a thing of ours: urn:uuid:…"""
    return uuid5(NAMESPACE_URL, f"urn:watchpost:{kind}:{key}").urn


def heading(
    kind: str, key: str, *, title: str, subtitle: str, url: str | None, since: datetime
) -> Heading:
    """A feed without items: `since` is when it was last updated."""
    return Heading(
        id=identity(kind, key),
        title=plain.line(title, _LONGEST_TITLE),
        subtitle=plain.line(subtitle, _LONGEST_TITLE),
        url=url,
        updated_at=since,
    )


def items(
    articles: Iterable[Article], feed_titles: Mapping[str, str], theme_titles: Mapping[str, str]
) -> list[Item]:
    """The articles, newest first, each once: copies of one become sources of it."""
    grouped: dict[str, list[Article]] = {}
    for article in articles:
        grouped.setdefault(article.copy_key, []).append(article)
    return [
        _item(sorted(copies, key=_first), feed_titles, theme_titles) for copies in grouped.values()
    ]


def _first(article: Article) -> tuple[datetime, str]:
    return article.seen_at, article.key


def _item(
    copies: list[Article], feed_titles: Mapping[str, str], theme_titles: Mapping[str, str]
) -> Item:
    article = copies[0]
    entry, decision = article.entry, article.decision
    return Item(
        id=identity("article", article.key),
        title=plain.line(entry.title, _LONGEST_TITLE) or "(no headline)",
        text=plain.line(entry.text, _LONGEST_TEXT),
        link=plain.link(entry.url),
        language=plain.language_tag(entry.language),
        published_at=entry.published_at,
        seen_at=article.seen_at,
        themes=tuple((slug, _name(theme_titles.get(slug, slug))) for slug in decision.labels),
        sources=tuple(_source(copy, feed_titles) for copy in copies),
        score=round(decision.score, 4),
    )


def _source(article: Article, feed_titles: Mapping[str, str]) -> Source:
    outlet = _name(feed_titles.get(article.feed_key, "")) or "unnamed source"
    return Source(outlet=outlet, link=plain.link(article.entry.url))


def _name(text: str) -> str:
    return plain.line(text, _LONGEST_NAME)


def instant(value: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
