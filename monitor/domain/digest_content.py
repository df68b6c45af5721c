"""The content of a digest, with its stored JSON: its keys are a part of the webhook's `data`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.domain.contents.story_contents import DigestStory
from monitor.domain.json_fields import (
    JsonObject,
    instant,
    integer,
    nested,
    number,
    objects,
    optional_integer,
    text,
)
from monitor.domain.messages import Content, MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSilence:
    """A silence that kept articles out of a digest, and how many."""

    key: str
    reason: str
    until: datetime | None
    articles: int

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestSilence:
        return cls(
            key=text(json, "key"),
            reason=text(json, "reason"),
            until=instant(json, "until"),
            articles=integer(json, "articles"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRepeat:
    """An article that was not told, because its story was and it brings nothing new."""

    article: str  # its key
    title: str
    url: str | None
    reason: str

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestRepeat:
        return cls(
            article=text(json, "article"),
            title=text(json, "title"),
            url=text(json, "url") or None,
            reason=text(json, "reason"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulArticle:
    """An article in review, as a digest lists it."""

    article: str  # its key
    title: str
    url: str | None
    language: str
    feed_title: str
    score: float

    @classmethod
    def from_json(cls, json: JsonObject) -> DoubtfulArticle:
        return cls(
            article=text(json, "article"),
            title=text(json, "title"),
            url=text(json, "url") or None,
            language=text(json, "language"),
            feed_title=text(json, "feed_title"),
            score=number(json, "score"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFeed:
    """A feed that is not read as it should be, as a digest names it."""

    feed: str  # its key
    name: str
    state: str  # a value of FeedState
    why: str  # a sentence, or empty

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestFeed:
        return cls(
            feed=text(json, "feed"),
            name=text(json, "name"),
            state=text(json, "state"),
            why=text(json, "why"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCoverage:
    """What was monitored in the time of a digest; see `health.coverage.Coverage`."""

    sentence: str = ""
    feeds: int = 0
    healthy: int = 0
    unwell: tuple[DigestFeed, ...] = ()
    unwatched_seconds: int = 0
    read: int = 0
    backlog: int = 0
    flagged: int = 0
    alerted: int = 0
    held: int = 0
    undelivered: int = 0
    suppressed: int = 0

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestCoverage:
        return cls(
            sentence=text(json, "sentence"),
            feeds=integer(json, "feeds"),
            healthy=integer(json, "healthy"),
            unwell=tuple(map(DigestFeed.from_json, objects(json, "unwell"))),
            unwatched_seconds=integer(json, "unwatched_seconds"),
            read=integer(json, "read"),
            backlog=integer(json, "backlog"),
            flagged=integer(json, "flagged"),
            alerted=integer(json, "alerted"),
            held=integer(json, "held"),
            undelivered=integer(json, "undelivered"),
            suppressed=integer(json, "suppressed"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReady(Content):
    """Several articles in one message: the reason, the time it covers, what it leaves out."""

    type = MessageType.DIGEST
    kind: str = "digest"  # a value of BatchReason
    since: datetime | None = None
    until: datetime | None = None
    zone: str = "UTC"
    budget: int | None = None  # messages a day
    over_budget: int = 0  # articles of this message that were over the budget
    held: int = 0  # alerts that wait for a later message
    silenced: int = 0  # articles that silences kept out, all of them
    silences: tuple[DigestSilence, ...] = ()
    repeated: int = 0  # articles of told stories that were not told, all of them
    repeats: tuple[DigestRepeat, ...] = ()
    in_review: int = 0  # doubtful articles of its time that wait for an answer, all of them
    review: tuple[DoubtfulArticle, ...] = ()
    coverage: DigestCoverage = field(default_factory=DigestCoverage)
    stories: tuple[DigestStory, ...] = ()  # of its articles, those with the most first

    @classmethod
    def from_json(cls, json: JsonObject) -> DigestReady:
        return cls(
            kind=text(json, "kind") or "digest",
            since=instant(json, "since"),
            until=instant(json, "until"),
            zone=text(json, "zone") or "UTC",
            budget=optional_integer(json, "budget"),
            over_budget=integer(json, "over_budget"),
            held=integer(json, "held"),
            silenced=integer(json, "silenced"),
            silences=tuple(map(DigestSilence.from_json, objects(json, "silences"))),
            repeated=integer(json, "repeated"),
            repeats=tuple(map(DigestRepeat.from_json, objects(json, "repeats"))),
            in_review=integer(json, "in_review"),
            review=tuple(map(DoubtfulArticle.from_json, objects(json, "review"))),
            coverage=DigestCoverage.from_json(nested(json, "coverage")),
            stories=tuple(map(DigestStory.from_json, objects(json, "stories"))),
        )
