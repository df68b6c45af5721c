"""Nouns of alerting: subscriptions, alerts, claims, attempts, the result of a poll."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.domain.article_filters import ArticleFilter
from monitor.domain.articles import Article, Source
from monitor.domain.contents.flagged_article import FlaggedArticle
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, HoldReason
from monitor.domain.feeds import PollState, PublishingHistory
from monitor.domain.message_contents import FLAGGED, AlertContent
from monitor.domain.messages import MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.domain.stated_figures import StatedFigure
from monitor.domain.stories import NO_CHANGES, Repeat, StoryChanges
from monitor.domain.tiers import WantedTier


class ChannelKind(enum.StrEnum):
    """The channels; each has a descriptor in `deliver/channels`."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    APPRISE = "apprise"  # chats and other services, by the library of that name


class About(enum.StrEnum):
    """What a subscription is about."""

    ARTICLES = "articles"  # relevant articles
    STORIES = "stories"  # changes of stories
    SPIKES = "spikes"  # themes and stories that are reported far more than usual
    SERVICE = "service"  # the service itself: feed states, daily coverage, faults


class SubscriptionState(enum.StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # by the operator
    DISABLED = "disabled"  # by the receiver: 410, or days of failure
    UNSUBSCRIBED = "unsubscribed"  # by its reader, with the link in a mail
    UNCONFIRMED = "unconfirmed"  # signed up on the site, not confirmed yet


BY_RECEIVER = "by its receiver"  # the beginning of `state_reason` where the receiver changed it


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHealth:
    """The health of one subscription's receiver; empty after a success."""

    failures: int = 0  # failed tries in a row that are the receiver's fault
    refusals: int = 0  # mails in a row that were refused for good
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    paused_until: datetime | None = None  # no try before; then one alert, as a probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who gets which articles, and where.  An empty criterion matches every article."""

    key: str
    name: str
    channel: ChannelKind
    address: str  # mail address or URL; of apprise, its scheme without the tokens
    signing_secret: str = field(default="", repr=False)  # of a webhook: whsec_…
    old_secrets: tuple[tuple[str, datetime], ...] = field(default=(), repr=False)  # and their ends
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # of a webhook; secrets
    private_url: str = field(default="", repr=False)  # of apprise: the URL with its tokens
    topics: frozenset[str] = frozenset()  # names of packs
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()  # primary subtags: "en", "ko"
    feeds: frozenset[str] = frozenset()  # feed keys
    min_score: float = 0.0
    filter: ArticleFilter | None = None
    about: frozenset[About] = frozenset({About.ARTICLES})
    cadence: DeliverySchedule = AT_ONCE
    repeat: Repeat = Repeat.EVERY
    tier: WantedTier = WantedTier.ALERT
    state: SubscriptionState = SubscriptionState.ACTIVE
    state_reason: str = ""
    health: EndpointHealth = field(default_factory=EndpointHealth)
    link_version: int = 0  # of the link by which its receiver manages it
    created_at: datetime


class AlertState(enum.StrEnum):
    HELD = "held"  # waits for a digest, for the end of quiet hours or to be grouped
    GATHERED = "gathered"  # sent in the message of another alert, a digest
    SILENCED = "silenced"  # stored and not sent, because of a silence
    REPEATED = "repeated"  # stored and not sent: its story was told, and it brings nothing new
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # a dead letter: given up, with the reason; can be retried by hand


NOT_SENT = (AlertState.SILENCED, AlertState.REPEATED)  # on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message that is promised to one subscription; a row of the outbox."""

    key: str  # the same for every retry: webhook-id and Message-ID
    subscription_key: str
    article_keys: tuple[str, ...] = ()
    content: AlertContent = FLAGGED  # what the message says beside the articles
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    state: AlertState = AlertState.PENDING
    held_for: HoldReason | None = None
    digest_key: str | None = None  # of a gathered one: the alert that it is sent in
    silenced_by: str | None = None  # a silence's key
    last_error: str | None = None

    @property
    def type(self) -> MessageType:
        return self.content.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An alert leased to this process; only the holder of the token may record its attempt."""

    alert: Alert
    subscription: Subscription
    articles: tuple[Article, ...]
    feed_titles: Mapping[str, str]  # feed key → title, for the articles
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)  # by article key
    token: str
    until: datetime | None = None  # the end of the lease, unless it is renewed
    took_over: bool = False  # from a process whose lease ended before it recorded an attempt


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
    detail: str  # the receiver's answer, shortened, without secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """All changes of one poll: stored in one transaction, or not at all."""

    feed_key: str
    token: str | None = None  # of the claim on the feed; None: nobody claimed it
    at: datetime | None = None  # when; without it the poll is not counted in the hour's
    state: PollState
    url: str | None = None  # the address from now on, when the feed has moved
    title: str = ""  # as published; kept when the feed had none
    language: str | None = None
    entries: int = 0  # in the document
    history: PublishingHistory | None = None  # as learned; None: nothing new was
    articles: tuple[Article, ...] = ()  # the new ones
    edited: tuple[Article, ...] = ()  # those kept before, in their new words
    alerts: tuple[Alert, ...] = ()
    fingerprints: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by article key
    memory: bytes | None = None  # `Parsed.memory`, kept with the articles it is about
    stories: StoryChanges = NO_CHANGES  # what the articles change of the stories
    figures: Mapping[str, tuple[StatedFigure, ...]] = field(default_factory=dict)  # by article key

    def counts(self) -> PollCounts:
        """What this poll came to, without the texts of its articles."""
        return PollCounts(
            feed_key=self.feed_key,
            at=self.at,
            state=self.state,
            entries=self.entries,
            new=len(self.articles),
            backlog=sum(article.backlog for article in self.articles),
            edited=len(self.edited),
            flagged=tuple(
                FlaggedArticle.of(article) for article in self.articles if article.decision.relevant
            ),
            alerts=sum(alert.state not in NOT_SENT for alert in self.alerts),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PollCounts:
    """What one poll came to, for reports: a long round must not hold the texts of its articles."""

    feed_key: str
    at: datetime | None
    state: PollState
    entries: int  # in the document
    new: int  # articles
    backlog: int  # of the new articles, those that were there before we watched
    edited: int
    flagged: tuple[FlaggedArticle, ...]
    alerts: int  # promised, and neither silenced nor repeated
