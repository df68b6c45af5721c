"""A process tells what it is; one with a wrong clock or a broken pack takes no jobs."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from monitor.domain.errors import PackError
from monitor.runtime import build, clock
from monitor.runtime.jobs.worker_presence import WorkerPresence, new_worker
from monitor.store.store import Store

BASIS = "pack wolves@1f, rules 0c2a"


async def presence_faults(store: Store, ahead: timedelta, describe=lambda: BASIS) -> list[str]:
    now = clock.now() + ahead
    faults: list[str] = []
    with closing(build.StoreThread()) as run_in_store:
        worker = new_worker("worker", 2, now)
        presence = WorkerPresence(
            store, run_in_store, worker, describe=describe, set_fault=faults.append
        )
        await presence(now)
        (stored,) = store.workers.list()
        assert stored.fault == faults[-1]
        assert abs(stored.seen_at - (now if store.file else clock.now())) < timedelta(minutes=1)
        presence.leave()
    assert store.workers.list() == []
    return faults


async def test_a_process_with_a_right_clock_takes_jobs(store: Store):
    assert await presence_faults(store, timedelta()) == [""]


async def test_a_process_with_another_clock_than_the_server_takes_none(store: Store):
    (fault,) = await presence_faults(store, timedelta(hours=2))
    assert store.file or "s ahead of that of the database" in fault


async def test_a_process_with_a_broken_pack_takes_none(store: Store):
    def broken() -> str:
        raise PackError("packs/wolves: manifest.json is missing")

    assert await presence_faults(store, timedelta(), broken) == [
        "packs/wolves: manifest.json is missing"
    ]
