"""Worker presence: what a process of the service tells of itself, and whether it may take jobs."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from monitor import __version__
from monitor.domain.errors import MonitorError, StoreError
from monitor.domain.jobs.worker_process import WorkerProcess, clock_fault
from monitor.domain.ports import RunInStore
from monitor.store.store import Store

EVERY = timedelta(seconds=15)


def new_worker(role: str, jobs_at_once: int, now: datetime) -> WorkerProcess:
    """This process, as it starts."""
    host = platform.node()
    return WorkerProcess(
        key=uuid4().hex,
        name=f"{host}-{os.getpid()}",
        role=role,
        host=host,
        version=__version__,
        basis="",
        jobs_at_once=jobs_at_once,
        started_at=now,
        seen_at=now,
    )


class WorkerPresence:
    """A round that stores what this process is now; called with the time of its tick.

    `describe` names the packs and the settings of the process and may raise MonitorError;
    `set_fault` is called with the reason why the process takes no jobs, empty where it does.
    """

    def __init__(
        self,
        store: Store,
        run_in_store: RunInStore,
        worker: WorkerProcess,
        *,
        describe: Callable[[], str],
        set_fault: Callable[[str], None] = lambda fault: None,
    ) -> None:
        self._store = store
        self._run_in_store = run_in_store
        self._worker = worker
        self._describe = describe
        self._set_fault = set_fault

    async def __call__(self, now: datetime) -> None:
        """Compare the clock with the database's, and give a sign of life.  Raise StoreError."""
        await self._run_in_store(partial(self._record, now))

    def _record(self, now: datetime) -> None:
        skew = self._store.workers.clock_skew(now)
        try:
            basis, fault = self._describe(), clock_fault(skew)
        except MonitorError as error:
            basis, fault = "", str(error)
        self._set_fault(fault)
        # by the database's clock, so that the times of all processes can be compared
        seen_at = now - skew
        self._store.workers.record(replace(self._worker, basis=basis, seen_at=seen_at, fault=fault))

    def leave(self) -> None:
        """Forget this process, which ends."""
        try:
            self._store.workers.remove(self._worker.key)
        except StoreError:  # the list shows that it was not seen any more
            return
