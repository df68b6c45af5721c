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
    topic: str  # that leads it: the name of its pack


class ReviewListShape(TypedDict):
    """The articles that wait, the newest first."""

    items: list[WaitingArticleShape]
    next: None


class StandingAlertShape(TypedDict):
    """An alert that can't be taken back."""

    alert: str
    subscription: str
    state: str


class ReviewedShape(TypedDict):
    """What an answer changed."""

    key: str
    result: Literal["confirmed", "rejected", "already confirmed", "contested", "taken back"]
    tier: TierWord
    confirmed_by: str | None
    alerts: int
    withdrawn: int
    standing: list[StandingAlertShape]
    sentence: str
