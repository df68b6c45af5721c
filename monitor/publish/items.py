"""What a feed of ours says of an article, and of itself: plain text that is safe everywhere."""

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
    """Who brought the article, and where."""

    name: str
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
    updated_at: datetime  # when it was seen first, or edited last
    themes: tuple[tuple[str, str], ...]  # slug and title, strongest first
    outlets: tuple[ItemSource, ...]  # the first brought it first
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
    """The articles, newest first, each once: of its copies the first stands for all.

    `sources` has, by the article's key, who brought it.
    """
    first: dict[str, Article] = {}
    for article in articles:
        before = first.setdefault(article.copy_key, article)
        if (article.seen_at, article.key) < (before.seen_at, before.key):
            first[article.copy_key] = article
    return [
        _item(article, sources.get(article.key, ()), theme_titles) for article in first.values()
    ]


def _item(article: Article, sources: Sequence[Source], theme_titles: Mapping[str, str]) -> Item:
    entry, decision = article.entry, article.decision
    outlets = [_outlet(source.feed_title, source.url) for source in sources]
    return Item(
        id=identity("article", article.copy_key),  # whichever of its copies is in sight
        title=sanitize.line(entry.title, _LONGEST_TITLE) or "(no headline)",
        text=sanitize.line(entry.text, _LONGEST_TEXT),
        link=sanitize.link(entry.url),
        language=sanitize.language_tag(entry.language),
        published_at=entry.published_at,
        updated_at=article.edited_at or min([article.seen_at, *(one.seen_at for one in sources)]),
        themes=tuple(
            (slug, sanitize.name(theme_titles.get(slug, slug))) for slug in decision.labels
        ),
        outlets=tuple(outlets) or (_outlet("", entry.url),),
        score=round(decision.score, 4),
    )


def _outlet(title: str, url: str | None) -> ItemSource:
    return ItemSource(name=sanitize.name(title) or "unnamed source", link=sanitize.link(url))
