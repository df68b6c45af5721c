"""Shapes of feeds, trial fetches and imported lists."""

from __future__ import annotations

from typing_extensions import TypedDict

from monitor.domain.feeds import FeedState


class FeedShape(TypedDict):
    """A feed; durations are written "1h30m"; passwords and values of headers are never in it."""

    key: str
    url: str
    title: str
    former_urls: list[str]
    language: str | None
    state: FeedState
    since: str | None
    newest_at: str | None
    usual_gap: str | None
    last_ok_at: str | None
    last_error: str | None
    due_at: str | None
    failures: int
    due_why: str
    asked_at: str | None
    gap: str | None
    every: str | None
    full_text: bool
    tags: list[str]
    note: str
    user: str | None
    header_names: list[str]


class FeedPageShape(TypedDict):
    """A page of feeds."""

    items: list[FeedShape]
    next: str | None
    total: int


class AddedFeedShape(TypedDict):
    """The feed that was added, or the one of the same address; `remark` is about its address."""

    feed: FeedShape
    added: bool
    remark: str


class DiscoveredFeedShape(TypedDict):
    """The address to poll, and a remark about it."""

    url: str
    remark: str


class FeedCheckShape(TypedDict):
    """What a feed answers now."""

    url: str
    ok: bool
    answer: str
    entries: int
    newest: str | None
    language: str | None
    conditional: bool
    full_text: str


class ImportedListShape(TypedDict):
    """What came of importing a list."""

    added: int
    refused: list[str]
    remarks: list[str]
