"""Sizes of tables: every table with its rows, and bytes where the database counts them."""

from __future__ import annotations

from monitor.store.retention.table_sizes import TableSize
from monitor.store.store import Store
from tests.store.builders import a_feed, a_poll, an_article


def test_every_table_has_its_rows_and_bytes(store: Store) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed, an_article("kursk", feed), an_article("seoul", feed))])
    sizes = {size.table: size for size in store.pruning.table_sizes()}
    assert sizes["articles"].rows == 2
    assert sizes["marks"].rows == 0
    assert (sizes["articles"].size_bytes or 0) > (sizes["marks"].size_bytes or 0) > 0
    assert sizes["article_words"] == TableSize(
        table="article_words", rows=None, size_bytes=sizes["article_words"].size_bytes
    )
    assert (sizes["article_words"].size_bytes or 0) > 0
    in_order = [size.size_bytes or 0 for size in store.pruning.table_sizes()]
    assert in_order == sorted(in_order, reverse=True)
