"""The feeds of one host are claimed by one process at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.feeds import ClaimedFeed
from monitor.store.store import Store
from monitor.text.urls import host_name
from tests.fakes import NOW
from tests.store.builders import a_feed, a_poll

LEASE = timedelta(minutes=1)


def feed_at(address: str, **options):
    """A due feed with this address."""
    return replace(a_feed(address, **options), url=f"https://{address}")


def claim(store: Store, at=NOW, limit: int = 10, **options) -> list[str]:
    """The addresses of the claimed feeds, without their scheme."""
    claimed = store.feeds.claim(at, limit=limit, lease=LEASE, **options)
    return [claim.feed.url.removeprefix("https://") for claim in claimed]


@pytest.fixture
def other(database_url: str) -> Iterator[Store]:
    """Another process on the same database."""
    with Store.open(database_url) as opened:
        yield opened


def test_a_host_is_claimed_by_one_process_until_its_lease_ends(store: Store, other: Store) -> None:
    store.feeds.add_all(feed_at(name) for name in ("a.example/1", "a.example/2", "b.example/1"))
    first = claim(store, limit=1)
    assert len(first) == 1
    host = first[0].partition("/")[0]
    assert not any(address.startswith(host) for address in claim(other))
    assert any(address.startswith(host) for address in claim(other, NOW + LEASE))


def test_the_process_that_has_a_host_claims_more_feeds_of_it(store: Store, other: Store) -> None:
    store.feeds.add_all(feed_at(f"a.example/{number}") for number in range(3))
    assert len(claim(store, limit=1)) == 1
    assert claim(other) == []
    assert claim(other, due_only=False) == []
    assert len(claim(store)) == 2


def test_ports_and_capitals_are_of_one_host(store: Store, other: Store) -> None:
    store.feeds.add_all([feed_at("a.example:8080/1"), feed_at("A.example/2")])
    assert len(claim(store, limit=1)) == 1
    assert claim(other) == []


def test_a_host_is_free_when_its_last_poll_is_stored_or_released(
    store: Store, other: Store
) -> None:
    store.feeds.add_all([feed_at("a.example/1"), feed_at("a.example/2"), feed_at("a.example/3")])
    stored, released = store.feeds.claim(NOW, limit=2, lease=LEASE)
    store.commit([a_poll(stored.feed, token=stored.token)])
    assert claim(other) == []
    store.feeds.release([released])
    assert len(claim(other)) == 2


def test_a_feed_that_moved_is_of_its_new_host(store: Store, other: Store) -> None:
    moved, there = feed_at("a.example/1"), feed_at("b.example/1")
    store.feeds.add_all([moved, there])
    (claimed,) = store.feeds.claim(NOW, limit=1, lease=LEASE, only=[moved.key])
    store.commit([replace(a_poll(moved, token=claimed.token), url="https://b.example/2")])
    assert store.feeds.find(moved.key).url == "https://b.example/2"
    assert claim(store, only=[there.key]) == ["b.example/1"]
    assert claim(other, due_only=False) == []


def test_an_edited_address_is_of_its_new_host(store: Store, other: Store) -> None:
    edited, there = feed_at("a.example/1"), feed_at("b.example/1")
    store.feeds.add_all([edited, there])
    assert store.feeds.edit(replace(edited, url="https://b.example/2"), NOW)
    assert claim(store, only=[there.key]) == ["b.example/1"]
    assert claim(other) == []


class TestLateExtension:
    """A process stood still until its leases had ended."""

    def test_is_granted_when_nobody_has_taken_the_host(self, store: Store) -> None:
        store.feeds.add(feed_at("a.example/1"))
        claimed = store.feeds.claim(NOW, limit=1, lease=LEASE)
        tokens = {claim.token for claim in claimed}
        assert store.feeds.extend(claimed, NOW + 3 * LEASE) == tokens

    def test_is_refused_when_another_process_has_taken_the_host(
        self, store: Store, other: Store
    ) -> None:
        first, second = feed_at("a.example/1"), feed_at("a.example/2")
        store.feeds.add_all([first, second, feed_at("b.example/1")])
        late = store.feeds.claim(NOW, limit=9, lease=LEASE)
        assert claim(other, NOW + LEASE, only=[second.key]) == ["a.example/2"]
        still_held = store.feeds.extend(late, NOW + 2 * LEASE)
        assert [claim.feed.url for claim in late if claim.token in still_held] == [
            "https://b.example/1"
        ]
        assert claim(other, NOW + LEASE, only=[first.key]) == ["a.example/1"]


def test_processes_that_claim_at_the_same_time_share_no_host(
    postgresql_url: str,
) -> None:
    hosts, processes = 40, 4
    with ExitStack() as stack:
        stores = [stack.enter_context(Store.open(postgresql_url)) for _ in range(processes)]
        stores[0].feeds.add_all(
            feed_at(f"h{number % hosts}.example/{number}") for number in range(4 * hosts)
        )
        pool = stack.enter_context(ThreadPoolExecutor(processes))

        def take(store: Store) -> list[ClaimedFeed]:
            claimed: list[ClaimedFeed] = []
            for _ in range(8):
                claimed += store.feeds.claim(NOW, limit=9, lease=LEASE)
            return claimed

        by_process = list(pool.map(take, stores))
    claimed = [claim.feed.key for process in by_process for claim in process]
    assert len(claimed) == len(set(claimed)) == 4 * hosts
    holders = Counter(
        host for process in by_process for host in {host_name(claim.feed.url) for claim in process}
    )
    assert set(holders.values()) == {1}
