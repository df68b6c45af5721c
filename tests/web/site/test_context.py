"""Calls of the stores: each kind of work has a store and a thread of its own."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

from monitor.store.store import Store
from monitor.web.site.turns import Turns
from tests.web.conftest import Visitor


async def test_reads_counts_and_changes_have_threads_and_stores_of_their_own(visitor: Visitor):
    site = visitor.site

    def thread_and_store(store: Store) -> tuple[int, int]:
        return threading.get_ident(), id(store)

    calls = [await ask(thread_and_store) for ask in (site.read, site.count, site.write)]
    threads, stores = zip(*calls, strict=True)
    assert len(set(threads)) == len(set(stores)) == 3


async def test_a_page_that_waits_for_a_count_is_not_waited_for(visitor: Visitor):
    turns = Turns(longest_wait=timedelta(minutes=1))
    site = replace(visitor.site, turns=turns)
    page = turns.begin_page()
    began = time.monotonic()
    await site.count(lambda store: turns.give_way())  # the page waits for this
    assert time.monotonic() - began < 50
    turns.end_page(page)


async def test_a_page_does_not_wait_behind_a_count(visitor: Visitor):
    begun, page_is_read = threading.Event(), threading.Event()

    def count(_store: Store) -> bool:
        begun.set()
        return page_is_read.wait(timeout=60)

    counting = visitor.site.counting.run(lambda: count(visitor.site.counting.store))
    assert begun.wait(timeout=60)
    await visitor.site.read(lambda store: page_is_read.set())
    assert await counting
