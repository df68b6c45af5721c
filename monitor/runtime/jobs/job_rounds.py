"""Job rounds of a service process: its presence, and the jobs that it takes.

One process alone looks into the table of jobs; a worker beside others is told by the job engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from monitor.domain.ports import RunInStore
from monitor.runtime import clock
from monitor.runtime.jobs import worker_presence
from monitor.runtime.jobs.job_supervisor import JobSupervisor, JobWork
from monitor.runtime.service import Round
from monitor.store.store import Store

LOOK_EVERY = timedelta(seconds=2)  # into the table of jobs
_ENGINE_AGAIN = timedelta(seconds=10)  # after its connection broke


class JobRounds:
    """The rounds of one process; with no jobs at once it only tells that it is there."""

    def __init__(
        self,
        store: Store,
        run_in_store: RunInStore,
        work: JobWork,
        *,
        role: str,
        jobs_at_once: int,
        file: Path | None,
    ) -> None:
        worker = worker_presence.new_worker(role, jobs_at_once, clock.now())
        self._store = store
        self._run_in_store = run_in_store
        self._jobs_at_once = jobs_at_once
        self._supervisor = JobSupervisor(
            store=store,
            run_in_store=run_in_store,
            work=work,
            file=file,
            worker=worker.name,
            clock=clock.now,
        )
        self._presence = worker_presence.WorkerPresence(
            store, run_in_store, worker, describe=work.describe, set_fault=self._set_fault
        )

    def _set_fault(self, fault: str) -> None:
        self._supervisor.fault = fault

    def fault(self) -> str:
        """Why this process takes no jobs; empty where it does."""
        return self._supervisor.fault

    async def leave(self) -> None:
        """Tell that this process ends."""
        await self._run_in_store(self._presence.leave)

    def alone(self) -> Sequence[Round]:
        """The rounds of a process that looks for jobs itself, one at a time."""
        rounds = [self._presence_round()]
        if self._jobs_at_once:
            rounds.append(Round(name="jobs", every=LOOK_EVERY, work=self._do_due))
        return rounds

    def with_engine(self, stop: asyncio.Event) -> Sequence[Round]:
        """The rounds of a worker that the job engine tells what is due, until `stop` is set."""

        async def work(_now: datetime) -> None:
            await self._store.job_engine.work(
                self._supervisor.do, jobs_at_once=self._jobs_at_once, stop=stop
            )

        async def offer(now: datetime) -> None:
            await self._run_in_store(partial(self._store.jobs.offer_waiting, now))

        return [
            self._presence_round(),
            Round(name="jobs", every=_ENGINE_AGAIN, work=work),
            Round(name="offer jobs", every=worker_presence.EVERY, work=offer),
        ]

    def _presence_round(self) -> Round:
        return Round(name="presence", every=worker_presence.EVERY, work=self._presence)

    async def _do_due(self, _now: datetime) -> None:
        while await self._supervisor.do_next():
            continue
