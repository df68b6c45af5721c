"""Shapes of parsed questions and of counts of what they find."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class ParsedQuestionShape(TypedDict):
    """A question in words."""

    question: str
    parts: list[str]


class SavedSearchShape(TypedDict):
    """A saved search; everybody who may search sees it."""

    name: str
    question: str
    words: str
    zone: str
    saved_by: str
    created_at: str
    changed_at: str


class SavedSearchListShape(TypedDict):
    """Saved searches by name."""

    items: list[SavedSearchShape]
    next: None


class SearchLinksShape(TypedDict):
    """The addresses of the feeds of a saved search."""

    atom: str
    json: str


class FeedFacetShape(TypedDict):
    """A feed and how many of the articles are of it."""

    title: str
    count: int


class FacetsShape(TypedDict):
    """Counts over the newest 2,000 articles that a question finds; "" is an unknown language."""

    total: NotRequired[int]
    total_at_least: NotRequired[int]
    topics: dict[str, int]
    themes: dict[str, int]
    languages: dict[str, int]
    feeds: dict[str, FeedFacetShape]
    months: dict[str, int]
