"""Flagged article: a new relevant article, as far as reports and metrics need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.domain.articles import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedArticle:
    """A new article that is relevant, as far as reports and metrics need it."""

    key: str
    title: str
    score: float
    themes: tuple[str, ...]  # that it counts for, strongest first
    topics: tuple[str, ...] = ()  # that it is relevant for
    backlog: bool
    published_at: datetime | None
    seen_at: datetime

    @classmethod
    def of(cls, article: Article) -> FlaggedArticle:
        """What of this article is needed."""
        return cls(
            key=article.key,
            title=article.entry.title,
            score=article.decision.score,
            themes=article.decision.labels,
            topics=article.topics,
            backlog=article.backlog,
            published_at=article.entry.published_at,
            seen_at=article.seen_at,
        )
