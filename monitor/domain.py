"""The nouns.  Frozen, standard library only; datetimes aware and in UTC, text plain."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.habits import NO_HABIT, NO_WISHES
from monitor.habits import Habit as Habit
from monitor.habits import Move as Move
from monitor.habits import Wishes as Wishes
from monitor.reasons import DeliveryReason
from monitor.rhythm import PLAIN, Cadence, Hold

# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What we must remember between two polls of one feed."""

    due_at: datetime
    due_why: str = ""  # "every 12 min: the publisher updates about every 40 min"
    asked_at: datetime | None = None
    gap: timedelta | None = None  # between two of its publications, lately
    wishes: Wishes = NO_WISHES
    move: Move | None = None
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
    habit: Habit = NO_HABIT


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
    wishes: Wishes = NO_WISHES
    damage: str | None = None  # a sentence when only part of the document could be read
    seen: frozenset[int] = frozenset()  # places of entries that an earlier document had: of them
    # only guid, address, headline and date may be there
    memory: bytes | None = None  # for the reading of the feed's next document; None: as before


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the text that moved the score, and how far (log-odds; below zero: against)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The pack's answer for one entry, before any rule of the operator's."""

    score: float  # 0..1, calibrated chance that the entry belongs to the topic
    threshold: float  # the pack's
    themes: Mapping[str, float]  # slug → probability
    theme_thresholds: Mapping[str, float]
    terms: tuple[Term, ...] = ()  # strongest first
    pack: str = ""  # "dprk-russia@1a2b3c4d5e6f": name and digest


class RuleAction(enum.StrEnum):
    FLAG = "flag"  # relevant, whatever the score
    BOOST = "boost"  # add to the score
    DROP = "drop"  # not relevant, whatever the score


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """An operator's keyword rule that applied to an entry."""

    rule: str
    action: RuleAction
    terms: tuple[str, ...]  # as they stand in the text
    boost: float = 0.0  # added to the score by a boost rule
    theme: str | None = None


class DecisionReason(enum.StrEnum):
    """What settled it."""

    SCORE = "score"  # at or above the threshold
    BELOW = "below"  # under it
    BOOSTED = "boosted"  # a rule lifted or lowered it across the threshold
    FLAGGED = "flagged"  # a rule said yes
    DROPPED = "dropped"  # a rule said no


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Does it matter, all told; and everything needed to say why."""

    relevant: bool
    reason: DecisionReason
    score: float  # 0..1, boosts included
    pack_score: float  # 0..1, the pack's own: what other rules would start from
    threshold: float
    themes: Mapping[str, float]
    labels: tuple[str, ...]  # the themes it counts for, strongest first
    terms: tuple[Term, ...] = ()
    rules: tuple[RuleHit, ...] = ()
    pack: str = ""
    config: str = ""  # digest of the settings that decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An entry we kept: all are kept, the rejected too."""

    key: str  # digest of feed and guid, url or title
    copy_key: str  # equal for copies of one article, in whichever feed
    feed_key: str
    alias: str = ""  # what it is known by under any guid: its address, mostly
    entry: Entry
    decision: Decision
    seen_at: datetime
    own_text: str | None = None  # the feed's, where the entry's has the page's in it
    page: str = ""  # what came of asking its page: "4,120 characters from the page"; "": not asked
    backlog: bool = False  # it was there before we watched; never alerts by itself
    edits: int = 0  # by its publisher since: this is the newest wording, the others are kept
    edited_at: datetime | None = None

    @property
    def said(self) -> Entry:
        """The entry as the feed has it: what edits and copies are told by, whatever pages say."""
        return self.entry if self.own_text is None else replace(self.entry, text=self.own_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One of the feeds that brought an article, in these words or nearly."""

    article_key: str  # of the copy
    feed_key: str
    feed_title: str
    url: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person said of an article; the pack learns from it."""

    article_key: str
    relevant: bool
    themes: tuple[str, ...] = ()  # of a relevant one; none: not said which
    marked_at: datetime
    by: str = "operator"


# ── telling ──────────────────────────────────────────────────────────────────────────────────────


class ChannelKind(enum.StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    APPRISE = "apprise"  # chat and the rest, by the library of that name


class About(enum.StrEnum):
    """What a subscription is told of."""

    ARTICLES = "articles"  # what was flagged
    SERVICE = "service"  # the service itself: feeds that change state, the daily coverage, …


class MessageType(enum.StrEnum):
    """What a message says: a webhook's `type`."""

    FLAGGED = "article.flagged"
    DIGEST = "digest.ready"
    FEED = "feed.state_changed"
    COVERAGE = "coverage.ready"
    SERVICE = "service.state_changed"
    DISABLED = "subscription.disabled"
    CONFIRM = "subscription.confirm"
    TEST = "subscription.test"


class SubscriptionState(enum.StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # by the operator
    DISABLED = "disabled"  # by the receiver: 410, or days of failure
    UNSUBSCRIBED = "unsubscribed"  # by its reader
    UNCONFIRMED = "unconfirmed"  # signed up; its reader did not say yes yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How telling one subscriber goes, over all its alerts; empty when the last try went well."""

    failures: int = 0  # tries in a row that the receiver is to blame for
    refusals: int = 0  # mails in a row that were refused for good
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    rests_until: datetime | None = None  # nothing is tried before; then one alert, to see


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who wants what, and where it goes.  Empty wishes ask for nothing: such a one takes all."""

    key: str
    name: str
    channel: ChannelKind
    address: str  # mail address or URL; of apprise, one without its tokens
    secret: str = field(default="", repr=False)  # webhook: whsec_…; apprise: the whole URL
    old_secrets: tuple[tuple[str, datetime], ...] = field(default=(), repr=False)  # and their ends
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()  # primary subtags: "en", "ko"
    feeds: frozenset[str] = frozenset()  # feed keys
    min_score: float = 0.0
    about: frozenset[About] = frozenset({About.ARTICLES})
    cadence: Cadence = PLAIN
    state: SubscriptionState = SubscriptionState.ACTIVE
    state_reason: str = ""
    health: Health = field(default_factory=Health)
    created_at: datetime


class AlertState(enum.StrEnum):
    HELD = "held"  # waits for its message: a digest, the end of quiet hours, its neighbours
    GATHERED = "gathered"  # told in another alert's message
    SILENCED = "silenced"  # kept, not told: the operator silenced it
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # listed as undelivered, with the reason; can be retried by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A promise to tell one subscriber; a row of the outbox."""

    key: str  # same for every retry: webhook-id and Message-ID
    subscription_key: str
    type: MessageType = MessageType.FLAGGED
    article_keys: tuple[str, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)  # JSON: what it says beside articles
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    state: AlertState = AlertState.PENDING
    held_for: Hold | None = None
    told_in: str | None = None  # of a gathered one: the key of the alert that tells it
    silenced_by: str | None = None  # a silence's key
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An alert leased to this process: whoever holds the token may record its attempt."""

    alert: Alert
    subscription: Subscription
    articles: tuple[Article, ...]
    feed_titles: Mapping[str, str]  # feed key → title, for the articles
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)  # by article key
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert in words, for any channel."""

    key: str  # the alert's
    subject: str
    text: str  # empty for webhooks, whose readers are programs
    html: str
    type: MessageType
    data: Mapping[str, object]  # JSON-ready; the webhook's `data`
    topic: str  # "dprk-russia": List-Id and subject tag
    thread_key: str  # equal for mails that belong together
    created_at: datetime  # the alert's: the same at every attempt


class Outcome(enum.StrEnum):
    SENT = "sent"
    LATER = "later"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver one alert."""

    alert_key: str
    number: int  # from 1
    at: datetime
    took: timedelta
    outcome: Outcome
    reason: DeliveryReason
    detail: str  # the receiver's words, shortened; no secrets


# ── what one poll changed ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """All that one poll changed: stored in one transaction, or not at all."""

    feed_key: str
    at: datetime | None = None  # when; without it the poll is not counted in the hour's
    state: PollState
    url: str | None = None  # the address from now on, when the feed has moved
    title: str = ""  # as published; kept when the feed had none
    language: str | None = None
    entries: int = 0  # in the document
    habit: Habit | None = None  # as learned; None: nothing new was
    articles: tuple[Article, ...] = ()  # the new ones
    edited: tuple[Article, ...] = ()  # those kept before, in their new words
    alerts: tuple[Alert, ...] = ()
    memory: bytes | None = None  # `Parsed.memory`, kept with the articles it is about
