"""Shapes of jobs and of worker processes."""

from __future__ import annotations

from typing_extensions import TypedDict

from monitor.domain.jobs.job import JobKind, JobState


class JobShape(TypedDict):
    """A job; `sentence` says how far it is, or why it waits or failed."""

    key: str
    kind: JobKind
    state: JobState
    sentence: str
    done: int
    total: int
    attempts: int
    asked_by: str
    asked_at: str
    due_at: str
    started_at: str | None
    ended_at: str | None
    worker: str
    version: str
    settings: str
    is_cancelling: bool
    refusal: str
    fault: str


class JobFileShape(TypedDict):
    """The file of an export, at `/jobs/{key}/file` until `kept_until`."""

    name: str
    bytes: int
    sha256: str
    made_at: str
    kept_until: str


class WholeJobShape(JobShape):
    """A job with its options and, when it is done, its result and its file."""

    options: dict[str, str]
    result: dict[str, object] | None
    file: JobFileShape | None


class JobListShape(TypedDict):
    """The newest jobs; `warning` says why those that wait are not started."""

    items: list[JobShape]
    warning: str


class WorkerShape(TypedDict):
    """A process of the service; `state` says what it works on, or why it does nothing."""

    name: str
    role: str
    host: str
    version: str
    settings: str
    jobs_at_once: int
    started_at: str | None
    seen_at: str | None
    is_alive: bool
    state: str
    jobs: list[str]


class WorkerListShape(TypedDict):
    """Every process that was seen within a day."""

    items: list[WorkerShape]
