"""Feeds, and what came from their publishers: the nouns of collecting."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingHistory:
    """The last days on which a feed published."""

    newest_at: datetime | None = None  # when something new was published last
    days: tuple[tuple[int, int, int], ...] = ()  # ordinal, publications, longest gap in minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherHints:
    """When a publisher allows the next poll; a field that it did not declare is empty."""

    wait: timedelta | None = None  # Retry-After of the last answer
    fresh_for: timedelta | None = None  # Cache-Control or Expires; zero: declared as not cacheable
    ttl: timedelta | None = None
    period: timedelta | None = None  # sy:updatePeriod ÷ sy:updateFrequency
    base: datetime | None = None  # sy:updateBase: `period` counts from here
    skip_hours: frozenset[int] = frozenset()  # UTC
    skip_days: frozenset[int] = frozenset()  # UTC; Monday is 0
    hub: str = ""  # the WebSub hub that announces news, and the topic's URL there
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The target of a permanent redirect, and how many answers in a row had it."""

    to: str
    since: datetime
    times: int = 1


NO_HISTORY = PublishingHistory()
NO_HINTS = PublisherHints()


class FeedState(enum.StrEnum):
    """The state of a feed; `PollState.last_error` has the sentence."""

    NEW = "new"  # never read yet
    OK = "ok"
    UNCHANGED = "unchanged"  # a 304, or the same bytes again
    EMPTY = "empty"  # a feed without a single entry: neither success nor failure
    DEGRADED = "degraded"  # read in part: cut short, entries dropped
    FAILING = "failing"
    SILENT = "silent"  # answers well, but brings nothing new for longer than usual
    GONE = "gone"  # the publisher said 410; after two, a day apart, it is not polled
    PAUSED = "paused"  # by the operator


# The states of a feed that is read as it should be.
HEALTHY_STATES = frozenset({FeedState.OK, FeedState.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What is remembered between two polls of one feed."""

    due_at: datetime
    due_why: str = ""  # "every 12 min: the publisher updates about every 40 min"
    asked_at: datetime | None = None
    gap: timedelta | None = None  # the recent mean time between two publications
    hints: PublisherHints = NO_HINTS
    redirect: Redirect | None = None
    state: FeedState = FeedState.NEW
    etag: str | None = None  # header text, verbatim
    last_modified: str | None = None  # header text, verbatim
    body_digest: str | None = None  # of the last whole document, to skip the same bytes
    failures: int = 0  # in a row
    first_ok_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_error: str | None = None  # "timeout: no answer within 30 s"
    since: datetime | None = None  # when this state began; None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLogin:
    """The user name and password of a feed (HTTP Basic); its text form hides the password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that is polled."""

    key: str
    url: str  # without a user name or password
    login: FeedLogin | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # secrets: name and value
    title: str = ""
    language: str | None = None  # BCP 47, from the operator or the publisher
    every: timedelta | None = None  # the operator's interval; None: by the publishing rate
    former_urls: tuple[str, ...] = ()  # before permanent redirects, the latest last
    tags: tuple[str, ...] = ()
    note: str = ""
    paused: bool = False
    fulltext: bool = False  # whether the pages of its articles are fetched
    pushed_until: datetime | None = None  # until then a reliable hub announces its news
    poll: PollState
    history: PublishingHistory = NO_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFeed:
    """A feed leased to this process: whoever holds the token may commit its poll."""

    feed: Feed
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An HTTP answer to a poll."""

    url: str  # after redirects
    status: int
    body: bytes | None  # None: 304; else decompressed; b"" after it was parsed
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None  # None: not declared; zero: not cacheable
    moved_to: str | None = None  # the target of permanent redirects
    links: Mapping[str, str] = field(default_factory=dict)  # "hub" and "self", from its headers
    link_headers: tuple[str, ...] = ()  # as they came
    body_digest: str | None = None  # of the body, once it is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, cleaned to plain text."""

    title: str
    text: str = ""
    url: str | None = None  # http or https, absolute
    guid: str | None = None
    author: str | None = None
    language: str | None = None  # BCP 47
    published_at: datetime | None = None
    tags: tuple[str, ...] = ()


def bare_entry(entry: Entry) -> Entry:
    """What can be stored of any entry: its headline, in plain letters."""
    headline = entry.title[:300].encode("ascii", "replace").decode("ascii")
    return Entry(title="".join(letter for letter in headline if letter.isprintable()) or "?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A parsed feed document."""

    title: str = ""
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    hints: PublisherHints = NO_HINTS
    damage: str | None = None  # a sentence if only a part of the document could be read
    seen: frozenset[int] = frozenset()  # places of entries read before; they may lack their texts
    memory: bytes | None = None  # for parsing the feed's next document; None: unchanged
    disagreement: str | None = None  # what two parsers read differently, where both were asked
