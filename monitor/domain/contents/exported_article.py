"""Exported article: what CSV and JSON Lines say of an article, as flat values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from monitor.domain.articles import Article, DecisionReason
from monitor.domain.tiers import Tier


class ExportedArticle(NamedTuple):
    """An article and its leading decision, before anything is made safe for a file.

    An export of all articles is made from these, which the store reads from the columns of the
    database without building whole articles.
    """

    key: str
    feed_key: str
    seen_at: datetime
    published_at: datetime | None
    title: str
    text: str
    url: str | None
    author: str | None
    language: str | None
    backlog: bool
    relevant: bool
    reason: DecisionReason
    tier: Tier
    score: float  # 0..1, boosts included
    threshold: float
    labels: list[str]  # its themes, the most probable first
    themes: Mapping[str, float]  # slug → probability; PostgreSQL gives 0 and 1 as integers
    rules: list[str]  # names of the keyword rules that matched
    terms: Sequence[Sequence[Any]]  # pairs of word and weight (log-odds), strongest first
    pack: str
    config: str
    confirmed_by: str  # empty: nobody
    topic: str  # of the leading decision
    topics: list[str]  # that it is relevant for

    @classmethod
    def of(cls, article: Article) -> Self:
        """What is exported of an article that was read whole."""
        entry, decision = article.entry, article.decision
        return cls(
            key=article.key,
            feed_key=article.feed_key,
            seen_at=article.seen_at,
            published_at=entry.published_at,
            title=entry.title,
            text=entry.text,
            url=entry.url,
            author=entry.author,
            language=entry.language,
            backlog=article.backlog,
            relevant=decision.relevant,
            reason=decision.reason,
            tier=decision.tier,
            score=decision.score,
            threshold=decision.threshold,
            labels=list(decision.labels),
            themes=decision.themes,
            rules=[hit.rule for hit in decision.rules],
            terms=[[term.text, term.weight] for term in decision.terms],
            pack=decision.pack,
            config=decision.config,
            confirmed_by=decision.confirmed_by,
            topic=decision.topic,
            topics=list(article.topics),
        )
