"""Lists of jobs and of worker processes, and one job with its result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.domain.jobs.worker_process import WorkerProcess, why_none_starts

if TYPE_CHECKING:
    from monitor.store.store import Store

MOST_LISTED = 100
_OPEN = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobList:
    """Jobs, the newest first, and whether anybody does those that wait."""

    jobs: tuple[Job, ...]
    warning: str = ""  # why waiting jobs are not started

    def as_json(self) -> JsonObject:
        """The list as `/api/v1/jobs` has it."""
        return {"items": [job_as_json(job) for job in self.jobs], "warning": self.warning}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWorker:
    """A worker process with the jobs that it works on."""

    worker: WorkerProcess
    is_alive: bool
    jobs: tuple[Job, ...]

    @property
    def state(self) -> str:
        """ "does training 1f2e3d4c", "idle", "takes no jobs", or why it does nothing."""
        if not self.is_alive:
            return "not seen any more"
        if self.worker.fault:
            return self.worker.fault
        if self.jobs:
            return "does " + ", ".join(f"{job.kind} {job.key[:8]}" for job in self.jobs)
        return "idle" if self.worker.jobs_at_once else "takes no jobs"

    def as_json(self) -> JsonObject:
        """One line of `workers list --json`."""
        worker = self.worker
        return {
            "name": worker.name,
            "role": worker.role,
            "host": worker.host,
            "version": worker.version,
            "settings": worker.basis,
            "jobs_at_once": worker.jobs_at_once,
            "started_at": as_json.instant(worker.started_at),
            "seen_at": as_json.instant(worker.seen_at),
            "is_alive": self.is_alive,
            "state": self.state,
            "jobs": [job.key for job in self.jobs],
        }


def list_jobs(
    store: Store,
    now: datetime,
    *,
    open_only: bool = False,
    kind: JobKind | None = None,
    limit: int = MOST_LISTED,
) -> JobList:
    """The newest jobs; `open_only`: those that wait or run."""
    states = _OPEN if open_only else ()
    jobs = tuple(store.jobs.list(states=states, kind=kind, limit=limit))
    waits = any(job.state is JobState.WAITING for job in jobs)
    return JobList(jobs=jobs, warning=why_none_starts(store.workers.list(), now) if waits else "")


def find_job(store: Store, reference: str) -> Job:
    """The job of this key or beginning of a key.  Raise ConfigError when there is none."""
    job = store.jobs.find(reference)
    if job is None:
        raise ConfigError(f"no job {reference!r}: `monitor jobs list` shows them")
    return job


def list_workers(store: Store, now: datetime) -> list[ListedWorker]:
    """Every process of the service that was seen within a day."""
    jobs_by_worker: dict[str, list[Job]] = {}
    for job in store.jobs.list(states=[JobState.RUNNING]):
        jobs_by_worker.setdefault(job.worker, []).append(job)
    return [
        ListedWorker(
            worker=worker,
            is_alive=worker.is_alive(now),
            jobs=tuple(jobs_by_worker.get(worker.name, ())),
        )
        for worker in store.workers.list()
    ]


def state_sentence(job: Job) -> str:
    """How far a job is, in words: "deciding articles: 1,200 of 5,000"."""
    match job.state:
        case JobState.WAITING:
            return job.refusal or job.fault or "waits for a worker"
        case JobState.RUNNING:
            return "is being cancelled" if job.is_cancelling else job.progress.sentence
        case JobState.FAILED:
            return job.fault
        case _:
            return ""


def job_as_json(job: Job) -> JsonObject:
    """One line of `jobs list --json`."""
    return {
        "key": job.key,
        "kind": job.kind.value,
        "state": job.state.value,
        "sentence": state_sentence(job),
        "done": job.progress.done,
        "total": job.progress.total,
        "attempts": job.attempts,
        "asked_by": job.asked_by,
        "asked_at": as_json.instant(job.asked_at),
        "due_at": as_json.instant(job.due_at),
        "started_at": as_json.instant(job.started_at),
        "ended_at": as_json.instant(job.ended_at),
        "worker": job.worker,
        "version": job.version,
        "settings": job.basis,
        "is_cancelling": job.is_cancelling,
        "refusal": job.refusal,
        "fault": job.fault,
    }
