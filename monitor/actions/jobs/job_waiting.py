"""Wait for the end of a job that a worker does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.jobs.job_lists import find_job, state_sentence
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobState
from monitor.domain.jobs.worker_process import why_none_starts

if TYPE_CHECKING:
    from monitor.store.store import Store


async def wait_for_result(
    store: Store,
    key: str,
    *,
    clock: Callable[[], datetime],
    pause: Callable[[], Awaitable[None]],
    on_progress: Callable[[str], None],
) -> Job:
    """The job of this key when it is done; `on_progress` gets each new sentence about it.

    Raise ConfigError when it failed, was cancelled, or waits while no process takes jobs.
    """
    shown = ""
    while not (job := find_job(store, key)).state.is_over:
        name = f"{job.kind} {job.key[:8]}"
        if job.state is JobState.WAITING:
            warning = why_none_starts(store.workers.list(), clock())
            if warning:
                raise ConfigError(f"{name} waits: {warning}")
        sentence = state_sentence(job)
        if sentence != shown:
            on_progress(sentence)
            shown = sentence
        await pause()
    if job.state is not JobState.DONE:
        reason = f": {job.fault}" if job.fault else ""
        raise ConfigError(f"{job.kind} {job.key[:8]} is {job.state}{reason}")
    return job
