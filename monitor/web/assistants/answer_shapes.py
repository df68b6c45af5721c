"""Shapes of answers that only assistants get; the others are those of the API."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from monitor.web.api.shapes.article_shapes import TierWord


class FoundArticleShape(TypedDict):
    """An article that a question finds, without its text and its reasons.

    `topic` and `topics` are there where it was judged for several topics.
    """

    key: str
    title: str
    url: str | None
    language: str | None
    feed: str
    feed_title: str
    published_at: str | None
    seen_at: str
    score: float
    relevant: bool
    tier: TierWord
    topic: NotRequired[str]
    topics: NotRequired[list[str]]
    theme_slugs: list[str]


class FoundArticlesShape(TypedDict):
    """A page of articles; `question` is how the question was understood."""

    question: str
    items: list[FoundArticleShape]
    next: str | None
    total: NotRequired[int]
    total_at_least: NotRequired[int]
