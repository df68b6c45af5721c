"""The feeds, subscriptions and articles of the measurement, and what became of them."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from monitor.deliver.transports.signature import new_secret
from monitor.domain.alerts import ChannelKind, Subscription
from monitor.domain.feeds import Feed, PollState
from monitor.domain.keys import key_of
from monitor.domain.stories import Repeat
from monitor.store.store import Store
from tests.bench.hosts.namespaces import RECEIVER_ADDRESS, publisher_address
from tests.bench.hosts.workers import TELLING
from tests.bench.hosts.world import PORT, World

SYLLABLES = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "or", "ist")]


class Stock:
    """Feeds on some publishers, each with articles that no other has."""

    def __init__(self, url: str, world: World, feeds: int, publishers: int, seed: int = 1) -> None:
        self.url = url
        self._world = world
        self._publishers = publishers
        self._chance = random.Random(seed)
        self._headlines: dict[str, list[str]] = defaultdict(list)
        self.paths = [f"/{number}" for number in range(feeds)]
        self.published: dict[str, str] = {}  # mark of an article → its path

    def add(self, every: timedelta, *, read_before: bool) -> None:
        """Store the feeds and a subscription to all; `read_before`: their next news are told."""
        now = datetime.now(UTC)
        first_ok_at = now - timedelta(days=1) if read_before else None
        poll = PollState(due_at=now + timedelta(days=1), first_ok_at=first_ok_at)
        with Store.open(self.url) as store:
            for number, path in enumerate(self.paths):
                address = publisher_address(number % self._publishers)
                url = f"http://{address}:{PORT}{path}"
                key = key_of("feed", path)
                # paused: a worker must not poll them before the measurement begins
                store.feeds.add(Feed(key=key, url=url, every=every, poll=poll, paused=True))
            store.subscriptions.add(
                Subscription(
                    key=key_of("subscription", "receiver"),
                    name="receiver",
                    channel=ChannelKind.WEBHOOK,
                    address=f"http://{RECEIVER_ADDRESS}:{PORT}/hook",
                    signing_secret=new_secret(),
                    repeat=Repeat.EVERY,
                    created_at=now,
                )
            )

    def publish(
        self, path: str, count: int = 1, *, shown: int = 20, told: bool = True
    ) -> list[str]:
        """Publish new articles at the top of a feed, relevant or not; return their marks."""
        marks = [f"zq{self._chance.getrandbits(40):010x}" for _ in range(count)]
        for mark in marks:
            words = " ".join(self._word() for _ in range(9))
            self._headlines[path].insert(0, f"{mark} {words} {TELLING if told else ''}".strip())
            self.published[mark] = path
        self._world.publish(path, *self._headlines[path][:shown])
        return marks

    def publish_anywhere(self, count: int, *, shown: int) -> list[str]:
        """Publish articles, each in some feed."""
        chosen = self._chance.choices(self.paths, k=count)
        return [mark for path in chosen for mark in self.publish(path, shown=shown)]

    def _word(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 4)))

    def make_due(self) -> None:
        """Make every feed due now."""
        self._execute("UPDATE feeds SET due_at = now(), paused = false")

    def count_unpolled(self) -> int:
        """How many feeds are due, or are being polled."""
        return int(self._value(
            "SELECT count(*) FROM feeds WHERE due_at <= now() OR lease_token IS NOT NULL"
        ))  # fmt: skip

    def count_waiting(self) -> int:
        """How many alerts are not sent yet."""
        return int(self._value("SELECT count(*) FROM alerts WHERE state = 'pending'"))

    def size(self) -> int:
        """The bytes of the database on disk."""
        return int(self._value("SELECT pg_database_size(current_database())"))

    def count_articles(self) -> int:
        """How many articles are stored."""
        return int(self._value("SELECT count(*) FROM articles"))

    def count_connections(self) -> int:
        """How many connections the workers have to the database."""
        return int(self._value(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE client_addr IS NOT NULL AND client_addr <> inet_server_addr()"
        ))  # fmt: skip

    def _value(self, query: str) -> Any:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return row[0]

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)
