"""A small week: polite whatever publishers say, and through the real pipeline and store as well."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from monitor.pipeline import poll
from monitor.pipeline.poll_context import Current, PollContext
from monitor.store.store import Store
from tests.bench import week
from tests.bench.simulated_publishers import DAY, HOUR, START, Town
from tests.contexts import live_settings


async def test_a_week_is_polite_and_saves_requests():
    found = await week.play(Town(60, 7, seed=3), 7)
    assert found.counts["inside"] == 0
    assert found.counts["requests"] < found.fixed_requests
    assert found.counts["conditional"] >= 0.95 * found.counts["validated"]
    assert found.free_missed == 0
    assert "60 feeds, 7 days" in week.report(found)


async def test_the_same_through_the_pipeline_and_a_restart_asks_nobody_early(sqlite_url: str):
    town = Town(12, 1, seed=4)
    with Store.open(sqlite_url) as store:
        store.feeds.add_all(town.feeds())
        await _watch(town, store, START, START + DAY / 2)
    asked = _asked(town)
    planned = {}
    with Store.open(sqlite_url) as store:  # as after a restart
        planned = {feed.key: feed.poll.due_at for feed in store.feeds.list()}
        first = min(planned.values())
        await _watch(town, store, first - timedelta(seconds=30), first - timedelta(seconds=1))
        assert _asked(town) == asked
        await _watch(town, store, first, START + DAY)
    counts: Counter[str] = Counter()
    for publisher in town.publishers.values():
        counts.update(publisher.count)
        assert all(at - date < 27 * HOUR for date, at in publisher.seen.items() if date > START)
    assert counts["inside"] == 0
    assert counts["conditional"] >= 0.95 * counts["validated"]
    assert sum(asked.values()) < counts["requests"]


def _asked(town: Town) -> dict[str, int]:
    return {key: publisher.count["requests"] for key, publisher in town.publishers.items()}


async def _watch(town: Town, store: Store, begin, end) -> None:
    """Claim and poll what is due, from `begin` to `end`, five minutes at a time."""

    async def at_once(call):
        return call()

    context = PollContext(
        store=store,
        run_in_store=at_once,
        fetcher=town,
        parser=town,
        live=Current(live_settings(intervals=week.SHIPPED)),
        connections=asyncio.Semaphore(10),
    )
    town.now = begin
    while town.now <= end:
        feeds = store.feeds.claim(town.now, limit=100, lease=HOUR)
        if feeds:
            await poll.poll(feeds, town.now, context)
        town.now += timedelta(minutes=5)
