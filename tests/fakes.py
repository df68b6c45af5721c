"""Fakes of the ports (`domain/ports.py`) and builders of the nouns; nothing else is faked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.articles import Article, Decision, DecisionReason, Verdict
from monitor.domain.errors import DeliveryError, FetchError, ParseError
from monitor.domain.feeds import Entry, Feed, Fetched, Parsed, PollState
from monitor.domain.messages import Message
from monitor.polling.next_poll import PollIntervals

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
BOUNDS = PollIntervals(
    every=timedelta(minutes=30), fastest=timedelta(minutes=5), slowest=timedelta(hours=2)
)
THEMES = {"troops": 0.2, "labour": 0.7}


class FakeFetcher:
    """Answers each feed with its prepared answers, one a call; the last one is repeated."""

    def __init__(self, **answers: Sequence[Fetched | FetchError]) -> None:
        self.answers = {key: list(answer) for key, answer in answers.items()}
        self.asked: list[str] = []

    async def fetch(self, feed: Feed, /) -> Fetched:
        self.asked.append(feed.key)
        answers = self.answers[feed.key]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, FetchError):
            raise answer
        return answer


class FakeParser:
    """Reads a body as the name of a prepared document."""

    def __init__(self, **documents: Parsed | ParseError) -> None:
        self.documents = documents

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        document = self.documents[(fetched.body or b"").decode()]
        if isinstance(document, ParseError):
            raise document
        return document


class FakePages:
    """Has a text or an error for each prepared address; any other page never answers."""

    def __init__(self, **answers: str | Exception) -> None:
        self.answers = answers  # by the last part of the address
        self.asked: list[str] = []

    async def read(self, url: str, /) -> str:
        name = url.rpartition("/")[2]
        self.asked.append(name)
        if name not in self.answers:
            await asyncio.Event().wait()
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeClassifier:
    """Finds an entry relevant when its headline or text names Kursk."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [verdict(0.9 if "Kursk" in f"{e.title} {e.text}" else 0.1) for e in entries]


def direction(event: int) -> list[float]:
    """A vector of unit length, at right angles to that of any other event, 0 to 3."""
    return [0.25 if (place >> event) % 2 else -0.25 for place in range(16)]


class FakeEncoder:
    """A direction for each event that it knows by its words, in any language."""

    EVENTS = (("sappers", "саперы", "공병"), ("floods", "наводнения", "홍수"))

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, text: str, /) -> Sequence[float]:
        self.texts.append(text)
        for event, words in enumerate(self.EVENTS):
            if any(word in text.lower() for word in words):
                return direction(event)
        return direction(len(self.EVENTS))


class FakeChannel:
    """Accepts every message after its prepared errors."""

    def __init__(self, *errors: DeliveryError) -> None:
        self.errors = list(errors)
        self.sent: list[Message] = []

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(message)
        return "taken"


def verdict(score: float, **changes: object) -> Verdict:
    """A verdict of the test pack."""
    plain = Verdict(
        score=score,
        threshold=0.5,
        themes=THEMES,
        theme_thresholds=dict.fromkeys(THEMES, 0.5),
        pack="test@000000000000",
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def feed(key: str = "f", **changes: object) -> Feed:
    """A feed that is due now and was never read."""
    plain = Feed(key=key, url=f"https://{key}.example/rss", poll=PollState(due_at=NOW))
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def fetched(body: str | None, *, status: int = 200, **changes: object) -> Fetched:
    """An answer; no body is a 304."""
    plain = Fetched(
        url="https://f.example/rss",
        status=304 if body is None else status,
        body=None if body is None else body.encode(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def entry(title: str = "Sappers leave for Kursk", **changes: object) -> Entry:
    """An entry with a guid and an address made of its headline."""
    slug = title.lower().replace(" ", "-")
    plain = Entry(title=title, guid=f"guid-{slug}", url=f"https://f.example/{slug}", language="en")
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def decision(*, relevant: bool = True, **changes: object) -> Decision:
    """A decision of the test pack."""
    plain = Decision(
        relevant=relevant,
        reason=DecisionReason.SCORE if relevant else DecisionReason.BELOW,
        score=0.9 if relevant else 0.1,
        pack_score=0.9 if relevant else 0.1,
        threshold=0.5,
        themes=THEMES,
        labels=("labour",) if relevant else (),
        pack="test@000000000000",
        config="c0",
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def article(key: str = "a", **changes: object) -> Article:
    """A relevant article, seen now."""
    plain = Article(
        key=key,
        copy_key=f"copy-{key}",
        feed_key="f",
        entry=entry(),
        decision=decision(),
        seen_at=NOW,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def doubtful(key: str = "a", score: float = 0.3, **changes: object) -> Article:
    """An article in review, seen now."""
    in_doubt = decision(
        relevant=False, score=score, pack_score=score, review_threshold=0.15, labels=("labour",)
    )
    return article(key, **{"decision": in_doubt, **changes})


def subscription(key: str = "s", **changes: object) -> Subscription:
    """A webhook subscription that takes everything relevant."""
    plain = Subscription(
        key=key,
        name=f"name of {key}",
        channel=ChannelKind.WEBHOOK,
        address=f"https://{key}.example/hook",
        signing_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        created_at=NOW,
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields
