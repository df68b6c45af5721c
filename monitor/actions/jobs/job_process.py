"""Process of a job: does one attempt, reports its progress, and stores what came of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import failpoints
from monitor.actions.jobs.job_kinds import KINDS, basis_of, describe_settings
from monitor.actions.jobs.job_site import JobEnded, JobSite
from monitor.actions.jobs.offered_files import write_file
from monitor.actions.operations.configuration import WatchedSettings
from monitor.domain.errors import ConfigError, MonitorError, StoreError
from monitor.domain.jobs.job import Job, JobProgress, JobState
from monitor.runtime import build, clock
from monitor.runtime.jobs import child_process
from monitor.runtime.jobs.job_supervisor import JobWork

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

MODULE = "monitor.actions.jobs.job_process"
_REPORT_SECONDS = 1.0  # between two reports of the same step


def job_work(settings: Settings) -> JobWork:
    """How a service with these settings does jobs.

    The process of a job reads the file itself, so what it will do is told by the file of now.
    """
    watched = WatchedSettings(settings)
    return JobWork(
        module=MODULE,
        basis=lambda job: basis_of(watched.current(), job.kind, job.options),
        describe=lambda: describe_settings(watched.current()),
        clean_up=lambda store, job, now: KINDS[job.kind].clean_up(store, job, now),
    )


@dataclass(slots=True)
class _Reporter:
    """Stores the progress of an attempt, through a store of its own: the job's may be reading."""

    store: Store
    job: Job
    steady: Callable[[], float] = time.monotonic
    step: str = ""
    reported_at: float = 0.0

    def __call__(self, progress: JobProgress) -> None:
        """Raise JobEnded when nothing more is wanted."""
        at = self.steady()
        if progress.step == self.step and at - self.reported_at < _REPORT_SECONDS:
            return
        self.step, self.reported_at = progress.step, at
        if not self.store.jobs.report(self.job, progress):
            raise JobEnded


def main(arguments: Sequence[str]) -> None:
    """Do an attempt of a job with the settings of a file: [file, key, number of the attempt]."""
    from monitor.settings import loader

    file, key, attempt = arguments
    settings = loader.load(Path(file) if file else None)
    failpoints.arm(os.environ)
    with ExitStack() as stack:
        store = stack.enter_context(build.open_store(settings, upgrade=False))
        reports = stack.enter_context(build.open_store(settings, upgrade=False))
        job = store.jobs.find(key)
        if job is None or job.state is not JobState.RUNNING or job.attempts != int(attempt):
            raise ConfigError(f"no attempt {attempt} of a job {key[:12]} waits to be done")
        child_process.end_with_parent()
        child_process.work_behind_others()
        failpoints.hit(failpoints.Point.JOB)
        do_attempt(store, reports, settings, job)


def do_attempt(store: Store, reports: Store, settings: Settings, job: Job) -> None:
    """Do an attempt and store its result or its failure.

    `reports` is a store of the same database for the progress and for a file.  Raise StoreError:
    it is tried again then; every other error would only come again, and is the end of the job.
    """
    site = JobSite(
        store=store,
        settings=settings,
        clock=clock.now,
        report=_Reporter(reports, job),
        make_file=partial(
            write_file, reports, job, limit=settings.jobs.max_file_bytes, clock=clock.now
        ),
    )
    try:
        result = KINDS[job.kind].run(site, job)
    except JobEnded:
        return
    except StoreError:
        raise
    except MonitorError as error:
        reports.jobs.fail(job, clock.now(), str(error))
        return
    reports.jobs.finish(job, clock.now(), result)
