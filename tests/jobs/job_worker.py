"""Workers for tests: a supervisor over a real database, in this process or in one of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door
from monitor.domain.jobs.job import Job, JobKind
from monitor.domain.keys import key_of
from monitor.runtime import build, clock
from monitor.runtime.jobs.job_supervisor import JobSupervisor, JobWork
from monitor.store.store import Store

LEASE = timedelta(seconds=1.5)  # of the engine: a test waits for it
BOUND = 60  # seconds
BASIS = "pack wolves@1f, rules 0c2a"


def ask(store: Store, name: str = "first", **changes: Any) -> Job:
    """A job that was asked for by Otto."""
    now = clock.now()
    fields: dict[str, Any] = {"basis": BASIS, "version": "0.1.0", "kind": JobKind.PRUNE} | changes
    job = Job(key=key_of(name), asked_by="Otto", asked_at=now, due_at=now, **fields)
    entry = AuditEntry(at=now, caller="Otto", door=Door.CONSOLE, act="start job", target=name)
    store.jobs.ask(job, entry)
    return job


def find(store: Store, job: Job) -> Job:
    """The job as it is now."""
    stored = store.jobs.find(job.key)
    assert stored is not None
    return stored


async def until(store: Store, job: Job, holds: Callable[[Job], bool]) -> Job:
    """The job as soon as this holds of it."""
    async with asyncio.timeout(BOUND):
        current = await asyncio.to_thread(find, store, job)
        while not holds(current):
            await asyncio.sleep(0.05)
            current = await asyncio.to_thread(find, store, job)
    return current


@contextmanager
def supervisor(store: Store, file: Path, **changes: Any) -> Iterator[JobSupervisor]:
    """A supervisor whose jobs do what the file says."""
    with closing(build.StoreThread()) as run_in_store:
        fields: dict[str, Any] = {
            "store": store,
            "run_in_store": run_in_store,
            "work": JobWork(
                module="tests.jobs.job_in_child", basis=lambda job: BASIS, describe=lambda: BASIS
            ),
            "file": file,
            "worker": "one",
            "clock": clock.now,
            "version": "0.1.0",
            "beat_every": timedelta(seconds=0.2),
        }
        yield JobSupervisor(**fields | changes)


async def work(store: Store, file: Path, worker: str) -> None:
    """Work by the engine until the process ends."""
    with supervisor(store, file, worker=worker) as supervising:
        await store.job_engine.work(
            supervising.do, jobs_at_once=2, stop=asyncio.Event(), lease=LEASE
        )


if __name__ == "__main__":
    address, path, name = sys.argv[1:]
    with Store.open(address, upgrade=False) as opened:
        asyncio.run(work(opened, Path(path), name))
