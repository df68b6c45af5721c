"""The retention round prunes in steps, and only by a clock that a service ran by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from monitor.pipeline.upkeep import retention_round
from monitor.pipeline.upkeep.retention_round import RetentionRound
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_rejected_article

T = TypeVar("T")
DAY = timedelta(days=1)
LATER = NOW + 200 * DAY


async def run_in_store(call: Callable[[], T]) -> T:
    return call()


def a_round(store: Store, keep: timedelta | None) -> RetentionRound:
    kinds = {} if keep is None else {Pruned.TEXTS: keep}
    return RetentionRound(store, run_in_store, kinds)


def fill(store: Store, count: int) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    articles = [a_rejected_article(f"n{number}", feed) for number in range(count)]
    store.commit([a_poll(feed, *articles)])


async def test_a_round_prunes_what_is_older_than_the_settings_keep(store: Store) -> None:
    fill(store, 3)
    store.record_heartbeat(LATER - 1.5 * DAY)
    await a_round(store, None)(LATER)
    await a_round(store, 201 * DAY)(LATER)
    assert store.articles.count_pruned_texts(NOW) == 0
    await a_round(store, 180 * DAY)(LATER)
    assert store.articles.count_pruned_texts(NOW) == 3


async def test_a_clock_that_jumped_ahead_prunes_nothing(store: Store) -> None:
    fill(store, 3)
    store.record_heartbeat(NOW)
    store.record_heartbeat(LATER)
    await a_round(store, 180 * DAY)(LATER)
    assert store.articles.count_pruned_texts(NOW) == 0


async def test_a_round_ends_after_some_steps_and_the_next_goes_on(
    store: Store, monkeypatch
) -> None:
    monkeypatch.setattr(retention_round, "MOST_STEPS", 2)
    steps = []
    step = store.pruning.step

    def small_step(*args, **options):
        steps.append(args)
        return step(*args, **options, batch=2)

    monkeypatch.setattr(store.pruning, "step", small_step)
    fill(store, 5)
    store.record_heartbeat(LATER - 1.5 * DAY)
    work = a_round(store, 180 * DAY)
    await work(LATER)
    assert (store.articles.count_pruned_texts(NOW), len(steps)) == (4, 2)
    await work(LATER)
    assert store.articles.count_pruned_texts(NOW) == 5
