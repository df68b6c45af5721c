"""The statistics round analyses what grew with a store of its own, and else does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from monitor.pipeline.upkeep.statistics_round import StatisticsRound
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.builders import a_feed, a_poll, an_article
from tests.store.test_planner_statistics import ARTICLES, planned_articles, report_changes

T = TypeVar("T")


async def run_in_store(call: Callable[[], T]) -> T:
    return call()


async def test_grown_tables_are_analysed_by_another_store(postgresql_url: str) -> None:
    opened: list[str] = []

    def open_store() -> Store:
        opened.append(postgresql_url)
        return Store.open(postgresql_url)

    with Store.open(postgresql_url) as store:
        work = StatisticsRound(store, run_in_store, open_store)
        await work(NOW)
        assert not opened, "nothing grew"
        feed = a_feed()
        store.feeds.add_all([feed])
        store.commit([a_poll(feed, *[an_article(str(n), feed) for n in range(ARTICLES)])])
        report_changes(store)
        await work(NOW)
        assert len(opened) == 1
        assert planned_articles(store) == ARTICLES
