"""Simulated feeds at the scheduler of the service, and what their load needs.

When each feed is polled is decided by `monitor/polling`, with its back-off, its jitter and the
limits of publishers; the clock and the publishers are simulated, and nothing is slept.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.domain.errors import FetchError
from monitor.domain.feeds import Feed, Fetched, Parsed, PollState, PublisherHints
from monitor.domain.reasons import FeedReason
from monitor.polling import poll_state
from monitor.polling.next_poll import PollIntervals
from tests.bench.simulated_publishers import DAY, FRESH, HOUR, MINUTE, START

SHIPPED = PollIntervals(every=30 * MINUTE, fastest=5 * MINUTE, slowest=120 * MINUTE)
_SECONDS_ASKED = 0.7  # how long a publisher takes to answer
_BROKEN = 0.03  # the share of feeds that fail, every time
USED = 0.6  # of a core, at the mean; the rest is for the busiest minute
CORES = 2  # of a machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Milliseconds of CPU, and bytes."""

    unchanged: float  # a poll of which nothing is new
    article: float  # a poll with one new article, beyond the poll
    alert: float  # of an article that is told, beyond it
    database_poll: float  # of the database, a poll of which nothing is new
    database_article: float  # beyond the poll
    database_alert: float  # beyond the article
    bytes_an_article: int  # in the database


@dataclass(frozen=True, slots=True)
class Watched:
    """A feed: what the scheduler knows of it, and what its publisher does."""

    number: int
    gap_hours: float  # between two articles, on average
    hints: PublisherHints
    is_broken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What was asked of the service in the simulated time."""

    feeds: int
    hours: float
    polls: int
    failed: int
    articles: int
    polls_by_second: Counter[int]
    late_after_outage: int  # feeds that are due when an hour without service ends

    @property
    def polls_a_second(self) -> float:
        return self.polls / (self.hours * 3_600)

    @property
    def articles_a_second(self) -> float:
        return self.articles / (self.hours * 3_600)

    def busiest(self, share: float) -> int:
        """Polls in the second that is busier than this share of all seconds."""
        seconds = round(self.hours * 3_600)
        counts = sorted(self.polls_by_second.values())
        idle = seconds - len(counts)
        place = min(seconds - 1, math.ceil(share * seconds) - 1)
        return 0 if place < idle else counts[place - idle]


def watched_feeds(count: int, seed: int) -> Iterator[Watched]:
    """Feeds whose gaps and limits are distributed as those of `make week`."""
    chance = random.Random(seed)
    for number in range(count):
        hours = min(max(chance.lognormvariate(2.0, 1.8), 0.08), 720.0)
        fresh = chance.choice(FRESH) if chance.random() < 0.3 else None
        ttl = chance.choice((5, 15, 30, 60, 60, 1_440)) if chance.random() < 0.15 else None
        hints = PublisherHints(
            fresh_for=timedelta(seconds=fresh) if fresh else None, ttl=ttl * MINUTE if ttl else None
        )
        yield Watched(number, hours, hints, chance.random() < _BROKEN)


def simulate(count: int, hours: float, seed: int = 1) -> Load:
    """Poll so many feeds for so many hours; they have been watched for long before."""
    chance = random.Random(seed)
    watched = list(watched_feeds(count, seed))
    end = START + timedelta(hours=hours)
    states = [_known_state(feed, chance) for feed in watched]
    queue = [(state.due_at, number) for number, state in enumerate(states)]
    heapq.heapify(queue)
    polls = failed = articles = 0
    by_second: Counter[int] = Counter()
    while queue and queue[0][0] < end:
        due, number = heapq.heappop(queue)
        feed = watched[number]
        new, states[number] = poll(feed, states[number], due, chance)
        heapq.heappush(queue, (states[number].due_at, number))
        polls += 1
        failed += feed.is_broken
        articles += new
        by_second[int((due - START).total_seconds())] += 1
    due_in_an_hour = sum(state.due_at < end + HOUR for state in states)
    return Load(
        feeds=count,
        hours=hours,
        polls=polls,
        failed=failed,
        articles=articles,
        polls_by_second=by_second,
        late_after_outage=due_in_an_hour,
    )


def poll(
    watched: Watched, state: PollState, now: datetime, chance: random.Random
) -> tuple[int, PollState]:
    """How many articles are new in a poll, and the state after it."""
    feed = Feed(key=f"{watched.number:08}", url=f"https://{watched.number}.example/", poll=state)
    since = state.last_ok_at or now
    new = _poisson((now - since) / HOUR / watched.gap_hours, chance)
    fetched: Fetched | None = None
    parsed: Parsed | None = None
    error: FetchError | None = None
    if watched.is_broken:
        new, error = 0, FetchError(FeedReason.STATUS, "the publisher answers 500")
    else:
        parsed = Parsed(hints=watched.hints) if new else None
        fetched = Fetched(
            url=feed.url, status=200 if new else 304, body=b"x" if new else None,
            fresh_for=watched.hints.fresh_for,
        )  # fmt: skip
    after = poll_state.next_state(feed, now, fetched, parsed, error)
    planned = poll_state.with_next_poll(feed, after, now, SHIPPED)
    # its publishing rate is known, and stays what it is
    return new, replace(planned, gap=state.gap)


def _known_state(watched: Watched, chance: random.Random) -> PollState:
    """A feed between two polls, at any moment of the pause that the scheduler has planned."""
    polled_at = START - 2 * HOUR
    before = PollState(
        due_at=polled_at,
        gap=timedelta(hours=watched.gap_hours),
        hints=watched.hints,
        failures=chance.randint(0, 20) if watched.is_broken else 0,
        first_ok_at=START - 30 * DAY,
        last_ok_at=polled_at - HOUR,
    )
    _, planned = poll(watched, before, polled_at, chance)
    pause = planned.due_at - polled_at
    due = START + chance.random() * pause
    return replace(planned, due_at=due, asked_at=due - pause, last_ok_at=due - pause)


def _poisson(mean: float, chance: random.Random) -> int:
    """How many articles were published, for their mean number; 20 at most are in a document."""
    limit, product, count = math.exp(-min(mean, 20.0)), chance.random(), 0
    while product > limit and count < 20:
        product *= chance.random()
        count += 1
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a load needs."""

    worker_cores: float
    database_cores: float
    busiest_cores: float  # of workers, in the second that is busier than 99 of 100
    machines: int
    open_requests: float
    articles_a_day: float
    bytes_a_day: float
    minutes_to_catch_up: float  # after an hour without service


def needs(load: Load, costs: Costs, told: float) -> Needs:
    """What this load needs; `told` is the share of articles that are told."""
    polls, articles = load.polls_a_second, load.articles_a_second
    article = costs.article + told * costs.alert
    cores = (polls * costs.unchanged + articles * article) / 1_000
    stored = costs.database_article + told * costs.database_alert
    database = (polls * costs.database_poll + articles * stored) / 1_000
    machines = max(1, math.ceil(cores / (CORES * USED)))
    a_poll = 1_000 * cores / polls  # milliseconds, with its articles
    room = machines * CORES - cores  # cores that are free while the usual work goes on
    late = load.late_after_outage * a_poll / 1_000
    return Needs(
        worker_cores=cores,
        database_cores=database,
        busiest_cores=load.busiest(0.99) * a_poll / 1_000,
        machines=machines,
        open_requests=polls * _SECONDS_ASKED,
        articles_a_day=articles * 86_400,
        bytes_a_day=articles * 86_400 * costs.bytes_an_article,
        minutes_to_catch_up=late / room / 60,
    )
