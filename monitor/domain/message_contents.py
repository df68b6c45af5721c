"""The content of an alert: one class for each message type, with its stored JSON.

`from_json` reads the JSON of other versions too (see `json_fields`).  The JSON of notices is part
of a webhook's `data` (docs/webhooks): its keys are a contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.contents.story_contents import News, StoryMention, StoryUpdated
from monitor.domain.digest_content import DigestReady
from monitor.domain.json_fields import (
    JsonObject,
    day,
    from_dataclass,
    instant,
    integer,
    nested,
    objects,
    text,
    texts,
)
from monitor.domain.messages import Content, MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFlagged(Content):
    """One article that matches the subscription: its story, and what is new in it.

    All else is in the article itself.
    """

    type = MessageType.FLAGGED
    story: StoryMention | None = None  # None: it was not grouped
    news: tuple[News, ...] = ()  # why it is told; empty: the subscription is told every article

    def to_json(self) -> dict[str, object]:
        """Without a story nothing, as before there were stories."""
        return {} if self.story is None else from_dataclass(self)

    @classmethod
    def from_json(cls, json: JsonObject) -> ArticleFlagged:
        story = nested(json, "story")
        return cls(
            story=StoryMention.from_json(story) if story else None,
            news=tuple(map(News.from_json, objects(json, "news"))),
        )


FLAGGED = ArticleFlagged()


# ── notices about the service ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """One feed whose state changed."""

    key: str
    title: str
    url: str | None
    state: str  # a value of FeedState, now
    was: str  # the state that the operator was last notified of
    since: datetime | None
    lasted_seconds: int
    why: str  # a sentence, or empty

    @classmethod
    def from_json(cls, json: JsonObject) -> FeedChange:
        return cls(
            key=text(json, "key"),
            title=text(json, "title"),
            url=text(json, "url") or None,
            state=text(json, "state"),
            was=text(json, "was"),
            since=instant(json, "since"),
            lasted_seconds=integer(json, "lasted_seconds"),
            why=text(json, "why"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStateChanged(Content):
    """Feeds that changed state, as many as fit, and the numbers of all."""

    type = MessageType.FEED
    outage: bool = False  # so many fail at once that our own network is the likelier cause
    feeds: tuple[FeedChange, ...] = ()
    omitted: int = 0  # changed feeds that are not in `feeds`
    counts: Mapping[str, int] = field(default_factory=dict)  # state → changed feeds
    healthy: int = 0
    watched: int = 0

    @classmethod
    def from_json(cls, json: JsonObject) -> FeedStateChanged:
        counts = nested(json, "counts")
        return cls(
            outage=json.get("outage") is True,
            feeds=tuple(map(FeedChange.from_json, objects(json, "feeds"))),
            omitted=integer(json, "omitted"),
            counts={state: integer(counts, state) for state in counts},
            healthy=integer(json, "healthy"),
            watched=integer(json, "watched"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFeed:
    """A feed that is not read as it should be, as the coverage statement names it."""

    key: str
    title: str
    state: str  # a value of FeedState
    why: str  # a sentence, or empty

    @classmethod
    def from_json(cls, json: JsonObject) -> CoverageFeed:
        return cls(
            key=text(json, "key"),
            title=text(json, "title"),
            state=text(json, "state"),
            why=text(json, "why"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageReady(Content):
    """The daily coverage statement; see `health.coverage.Coverage` for the counts."""

    type = MessageType.COVERAGE
    date: date | None = None  # local, on whose morning the statement is made
    since: datetime | None = None
    until: datetime | None = None
    sentence: str = ""
    watched: int = 0
    healthy: int = 0
    unwell: tuple[CoverageFeed, ...] = ()
    omitted: int = 0  # unwell feeds that are not in `unwell`
    polls: int = 0
    failed_polls: int = 0
    unwatched_seconds: int = 0
    read: int = 0
    flagged: int = 0
    alerted: int = 0
    held: int = 0
    undelivered: int = 0
    suppressed: int = 0
    backlog: int = 0

    @classmethod
    def from_json(cls, json: JsonObject) -> CoverageReady:
        return cls(
            date=day(json, "date"),
            since=instant(json, "since"),
            until=instant(json, "until"),
            sentence=text(json, "sentence"),
            watched=integer(json, "watched"),
            healthy=integer(json, "healthy"),
            unwell=tuple(map(CoverageFeed.from_json, objects(json, "unwell"))),
            omitted=integer(json, "omitted"),
            polls=integer(json, "polls"),
            failed_polls=integer(json, "failed_polls"),
            unwatched_seconds=integer(json, "unwatched_seconds"),
            read=integer(json, "read"),
            flagged=integer(json, "flagged"),
            alerted=integer(json, "alerted"),
            held=integer(json, "held"),
            undelivered=integer(json, "undelivered"),
            suppressed=integer(json, "suppressed"),
            backlog=integer(json, "backlog"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCondition:
    """A fault of the service itself."""

    name: str
    sentence: str

    @classmethod
    def from_json(cls, json: JsonObject) -> ServiceCondition:
        return cls(name=text(json, "name"), sentence=text(json, "sentence"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStateChanged(Content):
    """The faults of the service that are there now, and those that are over."""

    type = MessageType.SERVICE
    conditions: tuple[ServiceCondition, ...] = ()
    mended: tuple[ServiceCondition, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"state": "degraded" if self.conditions else "ok"} | from_dataclass(self)

    @classmethod
    def from_json(cls, json: JsonObject) -> ServiceStateChanged:
        return cls(
            conditions=tuple(map(ServiceCondition.from_json, objects(json, "conditions"))),
            mended=tuple(map(ServiceCondition.from_json, objects(json, "mended"))),
        )


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDisabled(Content):
    """Another subscription was disabled: its receiver accepts nothing.

    Its address is left out: the path of a webhook is often a secret.
    """

    type = MessageType.DISABLED
    subscription: str = ""  # its key
    name: str = ""
    channel: str = ""  # a value of ChannelKind
    reason: str = ""
    at: datetime | None = None

    def to_json(self) -> dict[str, object]:
        return {"disabled": from_dataclass(self)}

    @classmethod
    def from_json(cls, json: JsonObject) -> SubscriptionDisabled:
        disabled = nested(json, "disabled")
        return cls(
            subscription=text(disabled, "subscription"),
            name=text(disabled, "name"),
            channel=text(disabled, "channel"),
            reason=text(disabled, "reason"),
            at=instant(disabled, "at"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged(Content):
    """The subscription itself was changed by its receiver's link; how to take it back."""

    type = MessageType.CHANGED
    changes: tuple[str, ...] = ()  # a sentence each
    undo_url: str = ""  # empty: it can't be taken back
    manage_url: str = ""
    at: datetime | None = None

    def to_json(self) -> dict[str, object]:
        return {"changed": from_dataclass(self)}

    @classmethod
    def from_json(cls, json: JsonObject) -> SubscriptionChanged:
        changed = nested(json, "changed")
        return cls(
            changes=texts(changed, "changes"),
            undo_url=text(changed, "undo_url"),
            manage_url=text(changed, "manage_url"),
            at=instant(changed, "at"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionConfirm(Content):
    """The request to confirm a subscription: the page to open, and until when."""

    type = MessageType.CONFIRM
    url: str = ""
    until: datetime | None = None

    def to_json(self) -> dict[str, object]:
        return {"url": self.url, "until": self.until.isoformat() if self.until else None}

    @classmethod
    def from_json(cls, json: JsonObject) -> SubscriptionConfirm:
        return cls(url=text(json, "url"), until=instant(json, "until"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionTest(Content):
    """A test of the way to the receiver."""

    type = MessageType.TEST
    note: str = ""

    @classmethod
    def from_json(cls, json: JsonObject) -> SubscriptionTest:
        return cls(note=text(json, "note"))


# ── all of them ──────────────────────────────────────────────────────────────────────────────────

AlertContent = (
    ArticleFlagged
    | StoryUpdated
    | SpikeBegan
    | DigestReady
    | FeedStateChanged
    | CoverageReady
    | ServiceStateChanged
    | SubscriptionDisabled
    | SubscriptionChanged
    | SubscriptionConfirm
    | SubscriptionTest
)

_READERS: Mapping[MessageType, Callable[[JsonObject], AlertContent]] = {
    MessageType.FLAGGED: ArticleFlagged.from_json,
    MessageType.STORY: StoryUpdated.from_json,
    MessageType.SPIKE: SpikeBegan.from_json,
    MessageType.DIGEST: DigestReady.from_json,
    MessageType.FEED: FeedStateChanged.from_json,
    MessageType.COVERAGE: CoverageReady.from_json,
    MessageType.SERVICE: ServiceStateChanged.from_json,
    MessageType.DISABLED: SubscriptionDisabled.from_json,
    MessageType.CHANGED: SubscriptionChanged.from_json,
    MessageType.CONFIRM: SubscriptionConfirm.from_json,
    MessageType.TEST: SubscriptionTest.from_json,
}


def content_from_json(message_type: MessageType, json: JsonObject) -> AlertContent:
    """Content of the given type from its stored JSON."""
    return _READERS[message_type](json)
