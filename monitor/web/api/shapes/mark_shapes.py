"""Shapes of marks and of proposals to mark."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

Label = Literal["relevant", "irrelevant"]


class PersonalMarkShape(TypedDict):
    """What one person says of an article, and for which topic."""

    by: str
    topic: str | None
    label: Label
    theme_slugs: list[str]
    note: str
    marked_at: str


class MarkChangeShape(TypedDict):
    """A change of a mark."""

    at: str
    by: str
    topic: str | None
    before: Label | None
    after: Label | None
    theme_slugs: list[str]
    note: str
    is_undo: bool


class MarksOfArticleShape(TypedDict):
    """The marks on an article, and every change of them, the oldest first."""

    items: list[PersonalMarkShape]
    next: None
    history: list[MarkChangeShape]


class MarkListedShape(TypedDict):
    """A mark with its article; `themes` is the older name of `theme_slugs`."""

    key: str
    topic: str | None
    label: Label
    themes: list[str]
    theme_slugs: list[str]
    marked_at: str
    by: str
    title: str
    language: str | None
    score: float


class MarkInPageShape(MarkListedShape):
    """A mark with its place in the list."""

    cursor: str


class MarkPageShape(TypedDict):
    """A page of marks, the newest first."""

    items: list[MarkInPageShape]
    next: str | None
    total: int


class BulkMarkShape(TypedDict):
    """The keys of the articles that were marked, and of those that do not exist any more."""

    changed: list[str]
    missing: list[str]


class UndoneMarksShape(TypedDict):
    """The keys of the articles whose marks are as before."""

    changed: list[str]


class ProposedArticleShape(TypedDict):
    """An article whose mark would teach much, and why."""

    key: str
    title: str
    url: str | None
    language: str | None
    feed: str
    score: float
    threshold: float
    why: str


class ProposedListShape(TypedDict):
    """Articles to mark next."""

    items: list[ProposedArticleShape]
    next: None
