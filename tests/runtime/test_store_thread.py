"""A call comes back with what it returned, from the thread that owns the store."""

from __future__ import annotations

import threading
from contextlib import closing

from monitor.domain.ports import RunInStore
from monitor.runtime.build import StoreThread


async def test_all_calls_run_in_one_other_thread():
    with closing(StoreThread()) as thread:
        run_in_store: RunInStore = thread
        found = {await run_in_store(threading.get_ident) for _ in range(5)}
    assert len(found) == 1
    assert threading.get_ident() not in found
