"""`monitor doctor` tells of jobs that nobody does or that failed, and of workers with a fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.actions.operations.job_findings import job_findings
from monitor.runtime import clock
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.store.store import Store
from tests.jobs import job_worker


def test_nothing_is_told_where_there_are_no_jobs(empty_store: Store):
    assert list(job_findings(empty_store, clock.now())) == []


def test_a_job_that_nobody_does_is_told(empty_store: Store):
    job = job_worker.ask(empty_store)
    (finding,) = job_findings(empty_store, job.asked_at)
    assert finding.sentence.startswith("1 waiting: no process takes jobs")


def test_a_job_that_failed_within_a_day_is_told(empty_store: Store):
    job = job_worker.ask(empty_store)
    started = empty_store.jobs.start(job.key, "one", job.asked_at)
    assert started is not None
    empty_store.jobs.fail(started, job.asked_at, "there are no marks")
    (finding,) = job_findings(empty_store, job.asked_at)
    assert finding.sentence == (
        f"prune {job.key[:8]} has failed: there are no marks;"
        f" `monitor jobs retry {job.key[:8]}` tries again"
    )
    assert list(job_findings(empty_store, job.asked_at + timedelta(days=1))) == []


def test_a_worker_with_a_fault_is_told_while_it_runs(empty_store: Store):
    now = clock.now()
    worker = replace(new_worker("worker", 1, now), name="db2-17", fault="its clock is wrong")
    empty_store.workers.record(worker)
    (finding,) = job_findings(empty_store, now)
    assert finding.sentence == "db2-17 takes no jobs: its clock is wrong"
    assert list(job_findings(empty_store, now + timedelta(hours=1))) == []
