"""The index round completes the search index, also after another version of the tokeniser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy import update

from monitor.pipeline.upkeep.index_round import IndexRound
from monitor.search.grammar import parse
from monitor.store.schema.tables import search_indexes
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article

T = TypeVar("T")


async def test_an_index_of_other_tokens_is_rebuilt(store: Store) -> None:
    calls: list[object] = []

    def run_in_store(call: Callable[[], T]) -> Awaitable[T]:
        calls.append(call)

        async def result() -> T:
            return call()

        return result()

    feed = a_feed()
    store.feeds.add_all([feed])
    store.commit([a_poll(feed, an_article("kursk", feed), an_article("seoul", feed))])
    store._database.write(
        lambda connection: connection.execute(update(search_indexes), {"tokeniser": 0})
    )
    assert not store.search.progress().is_complete
    work = IndexRound(store, run_in_store)
    await work(NOW)
    assert store.search.progress().is_complete
    page = store.search.find(parse("kursk", NOW), limit=5)
    assert [article.entry.title for article in page.articles] == ["kursk"]
    done = len(calls)
    await work(NOW)
    assert len(calls) == done, "a complete index is not looked at again"
