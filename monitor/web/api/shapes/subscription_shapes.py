"""Shapes of subscriptions, silences and deliveries; secrets are in none but those that say so."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from monitor.domain.alerts import (
    About,
    AlertState,
    ChannelKind,
    Outcome,
    SubscriptionState,
)
from monitor.domain.delivery_schedule import Frequency, HoldReason
from monitor.domain.messages import MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier


class CadenceShape(TypedDict):
    """When a subscription is told; null: does not apply."""

    every: Frequency
    at: str | None
    on: str | None
    zone: str
    quiet: list[str] | None
    budget: int | None
    group_seconds: int
    empty_digest: bool


class SubscriptionShape(TypedDict):
    """Who is told of which articles, by which channel, and how the receiver does."""

    key: str
    name: str
    channel: ChannelKind
    address: str
    header_names: list[str]
    topics: list[str]
    themes: list[str]
    languages: list[str]
    feeds: list[str]
    min_score: float
    filter: str | None
    about: list[About]
    cadence: CadenceShape
    repeat: Repeat
    tier: WantedTier
    state: SubscriptionState
    state_reason: str
    failures: int
    failing_since: str | None
    rests_until: str | None
    created_at: str
    held: dict[HoldReason, int]
    looked_at_next: str | None
    last_accepted_at: str | None


class SubscriptionPageShape(TypedDict):
    """A page of subscriptions, by name."""

    items: list[SubscriptionShape]
    next: str | None
    total: int


class SubscriptionDetailShape(SubscriptionShape):
    """A subscription with its alerts by state, and until when old secrets are in use."""

    old_secrets_until: list[str]
    alerts: dict[AlertState, int]


class AddedSubscriptionShape(TypedDict):
    """A new subscription; `secret` signs the calls of a webhook and is shown only now."""

    subscription: SubscriptionDetailShape
    secret: str | None
    remark: str


class RotatedSecretShape(TypedDict):
    """The new secret, which is shown only now; the old one signs until `old_until`, too."""

    secret: str
    old_until: str


class SubscriptionLinksShape(TypedDict):
    """Secret addresses: whoever knows one can use it."""

    atom: str
    json: str
    unsubscribe: str | None
    manage: str


class HeaderShape(TypedDict):
    """A header of a message."""

    name: str
    value: str


class SentMessageShape(TypedDict):
    """A message as it is sent; secrets are hidden."""

    to: str
    headers: list[HeaderShape]
    body: str


class TrialAnswerShape(TypedDict):
    """What went out, and what the receiver answered."""

    ok: bool
    channel: ChannelKind
    answer: str
    reason: DeliveryReason
    took_ms: int
    hint: str
    sent: SentMessageShape | None


class PastAlertShape(TypedDict):
    """An article of the past that would have been told to a subscription."""

    article: str
    title: str
    feed: str
    seen_at: str
    score: float
    subscription: str
    silenced: bool


class SubscriptionPreviewShape(TypedDict):
    """What a subscription would have been told; the newest 50 articles are listed."""

    since: str
    told: int
    silenced: int
    complete: bool
    sentence: str
    articles: list[PastAlertShape]
    silenced_articles: list[PastAlertShape]


class SilencePreviewShape(TypedDict):
    """Which alerts a silence would have kept back; the newest 50 are listed."""

    since: str
    kept_back: int
    alerts: int
    complete: bool
    sentence: str
    articles: list[PastAlertShape]


class SilenceShape(TypedDict):
    """What is not told until when, and why; `kept_back` counts its alerts."""

    key: str
    subscription: str | None
    feed: str | None
    theme: str | None
    term: str | None
    reason: str
    created_at: str
    until: str
    every: str | None
    zone: str | None
    kept_back: int


class SilencePageShape(TypedDict):
    """A page of silences, the one that ends first first."""

    items: list[SilenceShape]
    next: str | None
    total: int


class AttemptShape(TypedDict):
    """One try to deliver."""

    number: int
    at: str
    took_ms: int
    outcome: Outcome
    reason: DeliveryReason
    detail: str


class TimesShape(TypedDict):
    """The stages of a delivery to the millisecond, and the seconds from first seen to accepted."""

    published_at: str | None
    seen_at: str | None
    decided_at: str | None
    handed_over_at: str | None
    accepted_at: str | None
    seconds: float | None


class DeliveryShape(TypedDict):
    """A message to one subscription, with its attempts."""

    key: str
    subscription: str
    type: MessageType
    articles: list[str]
    state: AlertState
    created_at: str
    due_at: str
    held_for: HoldReason | None
    told_in: str | None
    silenced_by: str | None
    last_error: str | None
    attempts: list[AttemptShape]
    times: TimesShape
    next_at: NotRequired[str | None]


class DeliveryPageShape(TypedDict):
    """A page of deliveries, the newest first."""

    items: list[DeliveryShape]
    next: str | None


class DeliveryDetailShape(DeliveryShape):
    """A message with its content, as webhooks get it."""

    data: dict[str, object]


class RetriedShape(TypedDict):
    """How many alerts are due now."""

    due_now: int


class ReplayShape(TypedDict):
    """How many alerts lie in the span, how many of them are due now, and how many may be."""

    found: int
    due_now: int
    most: int


class ErasedSubscriptionShape(TypedDict):
    """How much of a subscription was erased, and what the service can't erase."""

    key: str
    name: str
    alerts: int
    attempts: int
    silences: int
    kept_answers: int
    remains: list[str]
