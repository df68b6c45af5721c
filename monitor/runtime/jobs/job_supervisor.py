"""Job supervisor: does jobs in processes of their own, and stores what becomes of each.

The supervisor gives signs of life, passes on that a person cancels, and decides by the end of the
process: a result or a failure was stored by the process itself; a process that died is followed by
another attempt, up to a limit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from monitor import __version__
from monitor.domain.errors import MonitorError, StoreError
from monitor.domain.jobs.job import (
    BEAT,
    LEASE,
    REFUSED_PAUSE,
    Job,
    JobState,
    pause_after_death,
    poisoned,
)
from monitor.domain.jobs.worker_process import refusal
from monitor.domain.ports import RunInStore
from monitor.runtime.jobs import child_process
from monitor.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWork:
    """How jobs are done, which the rooms above this one know."""

    module: str  # whose `main` does a job: [settings file, key, number of the attempt]
    basis: Callable[[Job], str]  # what these settings mean for the job; raise MonitorError
    describe: Callable[[], str]  # the packs and the settings of this process; raise MonitorError
    # Gives back what the process of a cancelled attempt held when it was ended.
    clean_up: Callable[[Store, Job, datetime], None] = lambda *values: None


@dataclass(slots=True, kw_only=True)
class JobSupervisor:
    """Does jobs for one worker; `fault` says why it takes none now, empty where it does."""

    store: Store
    run_in_store: RunInStore
    work: JobWork
    file: Path | None  # of the settings
    worker: str  # its name
    clock: Callable[[], datetime]
    version: str = __version__
    beat_every: timedelta = BEAT
    fault: str = ""
    keys: set[str] = field(default_factory=set)  # of the jobs that it works on

    async def do_next(self) -> bool:
        """Do the job that is due longest; False where there is none that this worker takes."""
        key = await self.run_in_store(partial(self.store.jobs.next_due, self.clock()))
        return key is not None and await self.do(key) is None

    async def do(self, key: str) -> datetime | None:
        """Do a job to the end of an attempt; when to offer it again, None: it is over.

        Raise StoreError.  When cancelled, give the job back: the service ends.
        """
        job = await self.run_in_store(partial(self.store.jobs.find, key))
        if job is None or job.state.is_over:
            return None
        reason = self.fault or await asyncio.to_thread(self._refusal, job)
        if reason:
            due_at = self.clock() + REFUSED_PAUSE
            await self.run_in_store(partial(self.store.jobs.refuse, key, reason, due_at))
            if reason != job.refusal:  # it is asked again and again while it waits
                log.warning("job.refused", extra={"job": key, "reason": reason})
            return due_at
        start = partial(self.store.jobs.start, key, self.worker, self.clock())
        started = await self.run_in_store(start)
        if started is None:
            return await self._when_again(key)
        log.info("job.started", extra={"job": key, "kind": job.kind, "attempt": started.attempts})
        self.keys.add(key)
        try:
            await self._attempt(started)
        finally:
            self.keys.discard(key)
        return await self._when_again(key)

    def _refusal(self, job: Job) -> str:
        try:
            basis = self.work.basis(job)
        except MonitorError as error:
            return f"this worker can't do it: {error}"
        return refusal(job, version=self.version, basis=basis)

    async def _when_again(self, key: str) -> datetime | None:
        job = await self.run_in_store(partial(self.store.jobs.find, key))
        if job is None or job.state.is_over:
            return None
        return job.due_at if job.state is JobState.WAITING else self.clock() + LEASE

    async def _attempt(self, job: Job) -> None:
        try:
            process = await child_process.start_process(
                self.work.module, str(self.file or ""), job.key, str(job.attempts)
            )
        except OSError as error:
            await self._died(job, f"no process could be started: {error.strerror}")
            return
        ending = asyncio.create_task(child_process.wait_for_end(process, f"did the {job.kind}"))
        try:
            is_cancelled = await self._watch(job, ending)
        except asyncio.CancelledError:
            await _end(ending)
            now = self.clock()
            give_back = partial(self.store.jobs.give_back, job, now, "", counts=False)
            await asyncio.shield(asyncio.ensure_future(self.run_in_store(give_back)))
            raise
        if is_cancelled:
            await _end(ending)
            now = self.clock()
            await self.run_in_store(partial(self.work.clean_up, self.store, job, now))
            await self.run_in_store(partial(self.store.jobs.end_cancelled, job, now))
        elif ending.done() and (fault := ending.result()):
            await self._died(job, fault)
        else:
            await _end(ending)

    async def _watch(self, job: Job, ending: asyncio.Task[str]) -> bool:
        """Give signs of life until the process ends; True when a person cancelled the job.

        It also ends when the job was lost to another worker.
        """
        while not ending.done():
            await asyncio.wait({ending}, timeout=self.beat_every.total_seconds())
            try:
                current = await self.run_in_store(partial(self.store.jobs.beat, job, self.clock()))
            except StoreError as error:  # the lease outlasts some beats
                log.warning("job.no_beat", extra={"job": job.key, "error": str(error)})
                continue
            if current is None:
                return False
            if current.is_cancelling:
                return True
        return False

    async def _died(self, job: Job, fault: str) -> None:
        """Let another attempt follow one whose process died; too many of them are a failure."""
        now = self.clock()
        log.warning("job.died", extra={"job": job.key, "attempt": job.attempts, "fault": fault})
        if job.attempts >= job.attempts_limit:
            fail = partial(self.store.jobs.fail, job, now, poisoned(job.attempts, fault))
            await self.run_in_store(fail)
            return
        due_at = now + pause_after_death(job.attempts)
        await self.run_in_store(partial(self.store.jobs.give_back, job, due_at, fault))


async def _end(ending: asyncio.Task[str]) -> None:
    """End a process that still runs."""
    ending.cancel()
    with suppress(asyncio.CancelledError):
        await ending
