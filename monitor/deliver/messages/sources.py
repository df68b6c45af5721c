"""Which outlets brought an article: its own, and the others that print the same text."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.domain.alerts import Claim
from monitor.domain.articles import Article
from monitor.text import sanitize

MOST = 8  # of the others, in one message
_LONGEST = 80
_UNNAMED = "unnamed source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One of them, as people read it: a safe line, not yet escaped."""

    name: str
    link: str | None


def own(article: Article, claim: Claim) -> str:
    """The name of the outlet whose words the article has."""
    return _name(claim.feed_titles.get(article.feed_key, ""))


def others(article: Article, claim: Claim) -> tuple[Outlet, ...]:
    """The other feeds that brought it, the first to be seen first; as many as there are."""
    return tuple(
        Outlet(name=_name(source.feed_title), link=sanitize.link(source.url))
        for source in claim.sources.get(article.key, ())
        if source.feed_key != article.feed_key
    )


def _name(title: str) -> str:
    return sanitize.line(title, _LONGEST) or _UNNAMED
