"""Job: long work that a person starts and follows, such as a backtest or a training.

Any worker process may do it, once at a time.  The record of a job outlives the process that does
it: who asked, how far it is, how often it was tried, and its result or the reason of its failure.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# A running job whose worker gave no sign of life for so long is taken over by another worker.
LEASE = timedelta(seconds=30)
BEAT = timedelta(seconds=2)  # between two signs of life

# A job that is over is kept for so long with its result.
KEPT = timedelta(days=90)

# A job whose process died so often is not tried again: it would kill the next worker, too.
MOST_ATTEMPTS = 3
_FIRST_PAUSE = timedelta(seconds=10)  # after a process died; twice as long after each further one
REFUSED_PAUSE = timedelta(seconds=10)  # before a refused job is offered again


class JobKind(enum.StrEnum):
    """What a job does; stored."""

    BACKTEST = "backtest"
    TRAINING = "training"
    PRUNE = "prune"
    EXPORT = "export"
    SEARCH_INDEX = "search-index"
    STORY_REPLAY = "story-replay"


class JobState(enum.StrEnum):
    """How far a job is; stored."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far a running job is."""

    step: str = ""  # what it does now: "deciding articles"
    done: int = 0
    total: int = 0  # 0: it is not known how much there is to do

    @property
    def sentence(self) -> str:
        """ "deciding articles: 1,200 of 5,000" """
        if not self.total:
            return self.step
        return f"{self.step}: {self.done:,} of {self.total:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, from the request to its result."""

    key: str
    kind: JobKind
    options: Mapping[str, str] = field(default_factory=dict)
    basis: str = ""  # what a worker's settings must agree on: "pack nk-russia@1f, rules 0c2a"
    version: str  # of the program by which it was asked for
    asked_by: str
    asked_at: datetime
    state: JobState = JobState.WAITING
    due_at: datetime  # not before
    attempts: int = 0  # how often it was started; the number of the attempt that runs
    attempts_limit: int = MOST_ATTEMPTS
    worker: str = ""  # the name of the worker that does it, or did it last
    progress: JobProgress = field(default_factory=JobProgress)
    started_at: datetime | None = None  # the last attempt
    beat_at: datetime | None = None  # the last sign of life
    ended_at: datetime | None = None
    is_cancelling: bool = False  # somebody asked for its end while it runs
    refusal: str = ""  # why a worker left it to others
    result: Mapping[str, object] | None = None
    fault: str = ""  # why it failed, or why its last attempt did


def pause_after_death(attempts: int) -> timedelta:
    """How long to wait after the process of an attempt died: 10 s, 20 s, and so on."""
    return _FIRST_PAUSE * (1 << max(0, attempts - 1))


def poisoned(attempts: int, fault: str) -> str:
    """Why a job is not tried again after its processes died."""
    return (
        f"not tried again after {attempts} attempts, each of which ended its process;"
        f" the last: {fault}"
    )
