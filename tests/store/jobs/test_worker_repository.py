"""Worker processes on both databases: seen while they run, forgotten after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.jobs.worker_process import FORGOTTEN_AFTER, WorkerProcess
from monitor.runtime import clock
from monitor.store.store import Store
from tests.fakes import NOW

WORKER = WorkerProcess(
    key="a" * 32, name="db2-17", role="worker", host="db2", version="0.1.0", basis="pack wolves@1f",
    jobs_at_once=2, started_at=NOW, seen_at=NOW,
)  # fmt: skip


def test_a_process_is_listed_as_it_was_seen_last(store: Store) -> None:
    store.workers.record(WORKER)
    later = replace(WORKER, seen_at=NOW + timedelta(seconds=15), fault="its clock is wrong")
    store.workers.record(later)
    assert store.workers.list() == [later]
    store.workers.remove(WORKER.key)
    assert store.workers.list() == []


def test_a_process_that_was_not_seen_for_a_day_is_forgotten(store: Store) -> None:
    store.workers.record(WORKER)
    after = NOW + FORGOTTEN_AFTER + timedelta(seconds=1)
    other = replace(WORKER, key="b" * 32, seen_at=after)
    store.workers.record(other)
    assert store.workers.list() == [other]


def test_the_clock_is_compared_with_the_servers(store: Store) -> None:
    skew = store.workers.clock_skew(clock.now() + timedelta(hours=2))
    if store.file:
        assert skew == timedelta()
    else:
        assert timedelta(hours=1, minutes=59) < skew < timedelta(hours=2, minutes=1)
