"""Shapes of articles in review and of answers."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from monitor.web.api.shapes.article_shapes import TierWord


class WaitingArticleShape(TypedDict):
    """A doubtful article that waits for an answer."""

    key: str
    title: str
    url: str | None
    language: str | None
    feed: str
    feed_title: str
    seen_at: str
    published_at: str | None
    score: float
    threshold: float
    review_threshold: float | None
    theme_slugs: list[str]


class ReviewListShape(TypedDict):
    """The articles that wait, the newest first."""

    items: list[WaitingArticleShape]
    next: None


class ReviewedShape(TypedDict):
    """What an answer changed."""

    key: str
    result: Literal["confirmed", "rejected", "already confirmed", "contested"]
    tier: TierWord
    confirmed_by: str | None
    alerts: int
    sentence: str
