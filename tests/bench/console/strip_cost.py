"""Cost of the strips of feeds: their share of the time in which polls are stored."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from monitor.domain.feeds import Feed
from monitor.store.reports import feed_strips
from monitor.store.schema.tables import feed_strips as strips_table
from monitor.store.store import Store
from tests.store.builders import a_feed, a_poll

FEEDS, GROUP, ROUNDS = 1_000, 50, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StripCost:
    """Microseconds of a poll without news, and the bytes of a strip."""

    commit_us: float  # to store the whole poll
    new_hour_us: float  # of it for the strip, in an hour without a poll before
    same_hour_us: float
    bytes: int

    @property
    def line(self) -> str:
        """The figures in a sentence."""
        alone = f"{self.new_hour_us:.0f} µs of the {self.commit_us:.0f} µs"
        again = f"{self.same_hour_us:.0f} µs when its hour had such a poll"
        return (
            f"strips: {self.bytes} bytes a feed; {alone} in which a poll without news is stored,"
            f" {again}"
        )


def measure(url: str) -> StripCost:
    """The best of some rounds over feeds of its own, which are removed afterwards."""
    feeds = [a_feed(f"strip-cost-{number}") for number in range(FEEDS)]
    begin = datetime.now(UTC).replace(minute=0)
    commits, new_hours, same_hours = [], [], []
    with Store.open(url) as store:
        store.feeds.add_all(feeds)
        for turn in range(ROUNDS):
            hour = begin + turn * timedelta(hours=1)
            began = time.perf_counter()
            for start in range(0, FEEDS, GROUP):
                store.commit([a_poll(feed, at=hour) for feed in feeds[start : start + GROUP]])
            commits.append(time.perf_counter() - began)
            later = hour + timedelta(hours=ROUNDS)
            new_hours.append(_strips_alone(store, feeds, later))
            same_hours.append(_strips_alone(store, feeds, later + timedelta(minutes=20)))
        size = select(func.length(strips_table.c.cells)).limit(1)
        stored = store._database.read(lambda connection: connection.scalar(size))
        for feed in feeds:
            store.feeds.remove(feed.key)
    per_poll = 1e6 / FEEDS
    return StripCost(
        commit_us=min(commits) * per_poll,
        new_hour_us=min(new_hours) * per_poll,
        same_hour_us=min(same_hours) * per_poll,
        bytes=stored or 0,
    )


def _strips_alone(store: Store, feeds: list[Feed], at: datetime) -> float:
    """The seconds in which the strips of all feeds are written, in groups as polls are."""
    database = store._database
    spent = 0.0
    for start in range(0, FEEDS, GROUP):
        polls = [a_poll(feed, at=at) for feed in feeds[start : start + GROUP]]

        def write(connection: Connection, polls=polls) -> float:
            began = time.perf_counter()
            feed_strips.add_polls(database, connection, polls)
            return time.perf_counter() - began

        spent += database.write(write)
    return spent
