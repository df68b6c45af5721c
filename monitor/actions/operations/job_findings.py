"""Findings about jobs: those that nobody does, that failed lately, and workers that take none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.operations.findings import Finding, warning
from monitor.domain.jobs.job import JobState
from monitor.domain.jobs.worker_process import why_none_starts

if TYPE_CHECKING:
    from monitor.store.store import Store

_LATELY = timedelta(days=1)


def job_findings(store: Store, now: datetime) -> Iterator[Finding]:
    """What needs somebody; nothing where all jobs are done or under way."""
    workers = store.workers.list()
    waiting = sum(counts.waiting for counts in store.jobs.counts().values())
    reason = why_none_starts(workers, now)
    if waiting and reason:
        yield warning("jobs", f"{waiting:,} waiting: {reason}")
    for job in store.jobs.list(states=[JobState.FAILED]):
        if job.ended_at and now - job.ended_at < _LATELY:
            remedy = f"`monitor jobs retry {job.key[:8]}` tries again"
            yield warning("jobs", f"{job.kind} {job.key[:8]} has failed: {job.fault}; {remedy}")
    for worker in workers:
        if worker.fault and worker.is_alive(now):
            yield warning("workers", f"{worker.name} takes no jobs: {worker.fault}")
