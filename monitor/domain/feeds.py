"""Feeds, and what came from their publishers: the nouns of collecting."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingHistory:
    """How a feed publishes: each of the last days on which it did."""

    newest_at: datetime | None = None  # when it brought something new last
    days: tuple[tuple[int, int, int], ...] = ()  # ordinal, publications, longest gap in minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherHints:
    """When a publisher wants to be asked again; what it did not say is empty."""

    wait: timedelta | None = None  # Retry-After of the last answer
    fresh_for: timedelta | None = None  # Cache-Control or Expires; zero: none, and it said so
    ttl: timedelta | None = None
    period: timedelta | None = None  # sy:updatePeriod ÷ sy:updateFrequency
    base: datetime | None = None  # sy:updateBase: `period` counts from here
    skip_hours: frozenset[int] = frozenset()  # UTC
    skip_days: frozenset[int] = frozenset()  # UTC; Monday is 0
    hub: str = ""  # who tells of news (WebSub), and the topic's name there
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """An address that the publisher sends us on to for good, and how often it said so."""

    to: str
    since: datetime
    times: int = 1


NO_HISTORY = PublishingHistory()
NO_HINTS = PublisherHints()


class FeedState(enum.StrEnum):
    """How a feed does, in one word; `PollState.last_error` has the sentence."""

    NEW = "new"  # never read yet
    OK = "ok"
    UNCHANGED = "unchanged"  # the publisher said so (304), or the same bytes came
    EMPTY = "empty"  # a feed without a single entry: neither success nor failure
    DEGRADED = "degraded"  # read in part: cut short, entries dropped
    FAILING = "failing"
    SILENT = "silent"  # answers well, and has brought nothing new for longer than is its way
    GONE = "gone"  # the publisher said 410; twice in a row, a day apart, ends it
    PAUSED = "paused"  # by the operator


# The states of a feed that is read as it should be.
HEALTHY_STATES = frozenset({FeedState.OK, FeedState.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What we must remember between two polls of one feed."""

    due_at: datetime
    due_why: str = ""  # "every 12 min: the publisher updates about every 40 min"
    asked_at: datetime | None = None
    gap: timedelta | None = None  # between two of its publications, lately
    hints: PublisherHints = NO_HINTS
    redirect: Redirect | None = None
    state: FeedState = FeedState.NEW
    etag: str | None = None  # header text, verbatim
    last_modified: str | None = None  # header text, verbatim
    body_digest: str | None = None  # of the last document read, to skip an equal one
    failures: int = 0  # in a row
    first_ok_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_error: str | None = None  # "timeout: no answer within 30 s"
    since: datetime | None = None  # when it began to do as it does; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source we ask."""

    key: str
    url: str
    title: str = ""
    language: str | None = None  # BCP 47, as the operator or the publisher says
    every: timedelta | None = None  # as the operator wants it; None: as the feed's rhythm asks
    former_urls: tuple[str, ...] = ()  # before it moved, the latest last
    tags: tuple[str, ...] = ()
    note: str = ""
    paused: bool = False
    fulltext: bool = False  # the pages of its articles are asked for their text
    pushed_until: datetime | None = None  # so long a hub that proved good tells us of news
    poll: PollState
    history: PublishingHistory = NO_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFeed:
    """A feed leased to this process: whoever holds the token may commit its poll."""

    feed: Feed
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came over the wire."""

    url: str  # after redirects
    status: int
    body: bytes | None  # None: 304, nothing new; else inflated
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None  # None: not said; zero: not at all
    moved_to: str | None = None  # where redirects for good lead
    links: Mapping[str, str] = field(default_factory=dict)  # "hub" and "self", from its headers
    link_headers: tuple[str, ...] = ()  # as they came


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as the publisher wrote it, cleaned to plain text."""

    title: str
    text: str = ""
    url: str | None = None  # http or https, absolute
    guid: str | None = None
    author: str | None = None
    language: str | None = None  # BCP 47
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document read as a feed."""

    title: str = ""
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    hints: PublisherHints = NO_HINTS
    damage: str | None = None  # a sentence when only part of the document could be read
    seen: frozenset[int] = frozenset()  # places of entries that an earlier document had: of them
    # only guid, address, headline and date may be there
    memory: bytes | None = None  # for the reading of the feed's next document; None: as before
