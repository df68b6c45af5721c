"""Items and headings of published feeds: one-line plain text without unsafe characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from monitor.domain.articles import Article, Source
from monitor.text import sanitize

_LONGEST_TITLE = 300
_LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSource:
    """A source of the article, and the address of its copy."""

    name: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article.  Every text is one line, without invisible or bidirectional characters."""

    id: str  # permanent, whatever the address of the feed
    title: str
    text: str
    link: str | None
    language: str  # BCP 47, or empty
    published_at: datetime | None
    updated_at: datetime  # the last edit, or when it was seen first
    themes: tuple[tuple[str, str], ...]  # slug and title, strongest first
    outlets: tuple[ItemSource, ...]  # the earliest first
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The metadata of a feed."""

    id: str
    title: str
    subtitle: str
    url: str | None  # its own address; None for a file
    updated_at: datetime
    next_url: str | None = None  # of the page with the items that follow; None: it is the last page


def identity(kind: str, key: str) -> str:
    """A permanent id without an address: urn:uuid:…"""
    return uuid5(NAMESPACE_URL, f"urn:watchpost:{kind}:{key}").urn


def heading(
    kind: str, key: str, *, title: str, subtitle: str, url: str | None, since: datetime
) -> Heading:
    """The heading of a feed that was last updated at `since`."""
    return Heading(
        id=identity(kind, key),
        title=sanitize.line(title, _LONGEST_TITLE),
        subtitle=sanitize.line(subtitle, _LONGEST_TITLE),
        url=url,
        updated_at=since,
    )


def items(
    articles: Iterable[Article],
    sources: Mapping[str, Sequence[Source]],
    theme_titles: Mapping[str, str],
) -> list[Item]:
    """The articles, newest first; of several copies only the earliest is included.

    `sources` are those of each article, by its key.
    """
    first: dict[str, Article] = {}
    for article in articles:
        earliest = first.setdefault(article.copy_key, article)
        if (article.seen_at, article.key) < (earliest.seen_at, earliest.key):
            first[article.copy_key] = article
    return [
        _item(article, sources.get(article.key, ()), theme_titles) for article in first.values()
    ]


def _item(article: Article, sources: Sequence[Source], theme_titles: Mapping[str, str]) -> Item:
    entry, decision = article.entry, article.decision
    outlets = [_outlet(source.feed_title, source.url) for source in sources]
    return Item(
        id=identity("article", article.copy_key),  # the same for all copies
        title=sanitize.line(entry.title, _LONGEST_TITLE) or "(no headline)",
        text=sanitize.line(entry.text, _LONGEST_TEXT),
        link=sanitize.link(entry.url),
        language=sanitize.language_tag(entry.language),
        published_at=entry.published_at,
        updated_at=article.edited_at
        or min([article.seen_at, *(source.seen_at for source in sources)]),
        themes=tuple(
            (slug, sanitize.name(theme_titles.get(slug, slug))) for slug in decision.labels
        ),
        outlets=tuple(outlets) or (_outlet("", entry.url),),
        score=round(decision.score, 4),
    )


def _outlet(title: str, url: str | None) -> ItemSource:
    return ItemSource(name=sanitize.name(title) or "unnamed source", link=sanitize.link(url))
