"""Simulated publishers with schedules, polling limits and faults, in one process, on a test clock.

They stand at the doors of the service (Fetcher and Parser), and each keeps its own book: when it
asked to be left alone, who came all the same, and when each of its articles was first fetched.
"""

from __future__ import annotations

import bisect
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.domain.errors import FetchError
from monitor.domain.feeds import Entry, Feed, Fetched, Parsed, PollState, PublisherHints
from monitor.domain.reasons import FeedReason

START = datetime(2025, 6, 16, tzinfo=UTC)  # a Monday
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BEFORE = timedelta(days=40)  # of publishing before the first poll
ITEMS = 20  # entries in a document
BELIEVED = DAY  # the longest limit that is respected
FRESH = (
    60,
    300,
    300,
    600,
    900,
    1_800,
    3_600,
    3_600,
    86_400,
    315_360_000,
)  # max-age, as publishers set it


@dataclass(slots=True)
class SimulatedPublisher:
    """One feed, with a record of its requests."""

    key: str
    gap: timedelta  # between two publications, on average
    dates: list[datetime]  # of its articles, ascending
    wishes: PublisherHints
    validators: bool
    throttles: float  # probability of a 429
    down: tuple[datetime, datetime] | None
    chance: random.Random
    left_alone_until: datetime = START - BEFORE
    read_until: datetime = START - BEFORE
    seen: dict[datetime, datetime] = field(default_factory=dict)  # published → first fetched
    count: Counter[str] = field(default_factory=Counter)

    def answer(self, feed: Feed, now: datetime) -> Fetched:
        """Answer one request.  Raise FetchError, as the real fetcher does."""
        self.count["requests"] += 1
        was_polled = feed.poll.asked_at is not None  # before that nobody knows its limits
        self.count["inside"] += was_polled and (now < self.left_alone_until or self._skips(now))
        if self.validators and was_polled:
            self.count["validated"] += 1
            self.count["conditional"] += feed.poll.etag is not None
        if self.down and self.down[0] <= now < self.down[1]:
            raise FetchError(FeedReason.STATUS, "the publisher answered 500")
        if self.chance.random() < self.throttles:
            wait = timedelta(seconds=self.chance.choice((30, 120, 900, 3_600)))
            self.left_alone_until = now + wait
            raise FetchError(FeedReason.THROTTLED, "429", retry_after=wait)
        self.left_alone_until = max(
            (now + min(span, BELIEVED) for span in self._spans()), default=now
        )
        return self._document(feed, now)

    def _document(self, feed: Feed, now: datetime) -> Fetched:
        until = bisect.bisect_right(self.dates, now)
        latest = self.dates[max(until - ITEMS, 0) : until]
        for date in latest:
            self.seen.setdefault(date, now)
        tag = f'"{until}"' if self.validators else None
        unchanged = tag is not None and feed.poll.etag == tag
        self.count["unchanged"] += unchanged
        return Fetched(
            url=feed.url,
            status=304 if unchanged else 200,
            body=None if unchanged else f"{self.key} {until}".encode(),
            etag=tag,
            fresh_for=self.wishes.fresh_for,
        )

    def parsed(self, until: int) -> Parsed:
        """The document that ends with the article of this number."""
        dates = self.dates[max(until - ITEMS, 0) : until]
        entries = tuple(
            Entry(title=f"{self.key} {date}", guid=f"{self.key} {date}", published_at=date)
            for date in reversed(dates)
        )
        return Parsed(title=self.key, entries=entries, hints=PublisherHints(
            ttl=self.wishes.ttl, period=self.wishes.period,
            skip_hours=self.wishes.skip_hours, skip_days=self.wishes.skip_days,
        ))  # fmt: skip

    @property
    def is_patient(self) -> bool:
        """Whether its limits are longer than half an hour."""
        skips = bool(self.wishes.skip_hours or self.wishes.skip_days)
        return skips or max(self._spans(), default=MINUTE) > 30 * MINUTE

    def _spans(self) -> Iterator[timedelta]:
        for span in (self.wishes.fresh_for, self.wishes.ttl, self.wishes.period):
            if span:
                yield span

    def _skips(self, now: datetime) -> bool:
        return now.hour in self.wishes.skip_hours or now.weekday() in self.wishes.skip_days


class SimulatedPublishers:
    """All publishers: a Fetcher and a Parser."""

    def __init__(self, count: int, days: int, seed: int) -> None:
        self.now = START
        self.publishers = {
            publisher.key: publisher
            for publisher in (_publisher(number, days, seed) for number in range(count))
        }

    async def fetch(self, feed: Feed, /) -> Fetched:
        return self.publishers[feed.key].answer(feed, self.now)

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        key, until = (fetched.body or b"").decode().split()
        return self.publishers[key].parsed(int(until))

    def feeds(self) -> Iterator[Feed]:
        """The feeds as an operator adds them: all due at once."""
        for key in self.publishers:
            yield Feed(key=key, url=f"https://{key}.example/rss", poll=PollState(due_at=START))


def _publisher(number: int, days: int, seed: int) -> SimulatedPublisher:
    chance = random.Random(f"{seed} {number}")
    hours = min(max(chance.lognormvariate(2.0, 1.8), 0.08), 720.0)  # 5 minutes to 30 days
    down_at = START + days * DAY * chance.random()
    return SimulatedPublisher(
        key=f"p{number:05}",
        gap=timedelta(hours=hours),
        dates=list(_dates(chance, hours, START + days * DAY)),
        wishes=_wishes(chance),
        validators=chance.random() < 0.9,
        throttles=0.01 if chance.random() < 0.1 else 0.0,
        down=(down_at, down_at + chance.choice((HOUR, 6 * HOUR)))
        if chance.random() < 0.05
        else None,
        chance=chance,
    )


def _dates(chance: random.Random, gap_hours: float, end: datetime) -> Iterator[datetime]:
    """Mostly on working days, by day; one article in four is followed by another within an hour."""
    at = START - BEFORE
    while True:
        burst = chance.random() < 0.25
        mean = min(0.3, gap_hours / 2) if burst else gap_hours * 1.2
        step = chance.expovariate(1 / mean)
        at += timedelta(hours=step)
        while not burst and chance.random() > _liveliness(at):
            at += timedelta(hours=chance.expovariate(1 / max(gap_hours / 2, 0.1)))
        if at >= end:
            return
        yield at.replace(microsecond=0)


def _liveliness(at: datetime) -> float:
    day = 0.9 if 6 <= at.hour < 20 else 0.35
    return day * (0.5 if at.weekday() >= 5 else 1.0)


def _wishes(chance: random.Random) -> PublisherHints:
    """The limits of a feed, some of them invalid."""
    return PublisherHints(
        fresh_for=timedelta(seconds=chance.choice(FRESH)) if chance.random() < 0.3 else None,
        ttl=chance.choice((5, 15, 30, 60, 60, 1_440)) * MINUTE if chance.random() < 0.15 else None,
        period=HOUR if chance.random() < 0.2 else None,
        skip_hours=frozenset(range(6)) if chance.random() < 0.02 else frozenset(),
        skip_days=frozenset({5, 6}) if chance.random() < 0.02 else frozenset(),
    )
