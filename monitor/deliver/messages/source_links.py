"""The sources of an article: its own feed, and the others that published the same text."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.alerts import Claim
from monitor.domain.articles import Article
from monitor.text import sanitize

MAX_SHOWN = 8  # other sources in one message
_LONGEST = 80
_UNNAMED = "unnamed source"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLink:
    """A source as readers see it: a safe line, not yet escaped, and a safe link."""

    name: str
    link: str | None


def own_name(article: Article, claim: Claim) -> str:
    """The name of the article's own feed."""
    return _name(claim.feed_titles.get(article.feed_key, ""))


def other_sources(article: Article, claim: Claim) -> tuple[SourceLink, ...]:
    """All other feeds that published the article, in the order in which they were seen."""
    return tuple(
        SourceLink(name=_name(source.feed_title), link=sanitize.link(source.url))
        for source in claim.sources.get(article.key, ())
        if source.feed_key != article.feed_key
    )


def _name(title: str) -> str:
    return sanitize.line(title, _LONGEST) or _UNNAMED
