"""A small simulated week: publishers' limits are respected, also by the real pipeline and store."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from monitor.pipeline import poll
from monitor.pipeline.poll_context import Current, PollContext
from monitor.store.store import Store
from tests.bench import week
from tests.bench.simulated_publishers import DAY, HOUR, START, SimulatedPublishers
from tests.contexts import live_settings


async def test_a_week_respects_limits_and_saves_requests():
    simulated = await week.play(SimulatedPublishers(60, 7, seed=3), 7)
    assert simulated.counts["inside"] == 0
    assert simulated.counts["requests"] < simulated.fixed_requests
    assert simulated.counts["conditional"] >= 0.95 * simulated.counts["validated"]
    assert simulated.free_missed == 0
    assert "60 feeds, 7 days" in week.report(simulated)


async def test_the_pipeline_respects_limits_and_a_restart_polls_no_feed_early(sqlite_url: str):
    publishers = SimulatedPublishers(12, 1, seed=4)
    with Store.open(sqlite_url) as store:
        store.feeds.add_all(publishers.feeds())
        await _watch(publishers, store, START, START + DAY / 2)
    requests = _requests(publishers)
    planned = {}
    with Store.open(sqlite_url) as store:  # as after a restart
        planned = {feed.key: feed.poll.due_at for feed in store.feeds.list()}
        first = min(planned.values())
        await _watch(publishers, store, first - timedelta(seconds=30), first - timedelta(seconds=1))
        assert _requests(publishers) == requests
        await _watch(publishers, store, first, START + DAY)
    counts: Counter[str] = Counter()
    for publisher in publishers.publishers.values():
        counts.update(publisher.count)
        assert all(at - date < 27 * HOUR for date, at in publisher.seen.items() if date > START)
    assert counts["inside"] == 0
    assert counts["conditional"] >= 0.95 * counts["validated"]
    assert sum(requests.values()) < counts["requests"]


def _requests(publishers: SimulatedPublishers) -> dict[str, int]:
    return {key: publisher.count["requests"] for key, publisher in publishers.publishers.items()}


async def _watch(publishers: SimulatedPublishers, store: Store, begin, end) -> None:
    """Claim and poll due feeds from `begin` to `end`, every five minutes."""

    async def at_once(call):
        return call()

    context = PollContext(
        store=store,
        run_in_store=at_once,
        fetcher=publishers,
        parser=publishers,
        live=Current(live_settings(intervals=week.SHIPPED)),
        connections=asyncio.Semaphore(10),
    )
    publishers.now = begin
    while publishers.now <= end:
        feeds = store.feeds.claim(publishers.now, limit=100, lease=HOUR)
        if feeds:
            await poll.poll(feeds, publishers.now, context)
        publishers.now += timedelta(minutes=5)
