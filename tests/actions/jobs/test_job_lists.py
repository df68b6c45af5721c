"""Lists say how far jobs are, why they wait, and what workers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.actions.jobs.job_lists import (
    job_as_json,
    list_jobs,
    list_workers,
    state_sentence,
)
from monitor.actions.jobs.offered_files import whole_job_as_json
from monitor.domain.jobs.job import JobKind, JobProgress, JobState
from monitor.domain.jobs.worker_process import SEEN_WITHIN, WorkerProcess
from monitor.runtime import clock
from monitor.store.store import Store
from tests.jobs import job_worker

WORKER = WorkerProcess(
    key="a" * 32, name="one", role="worker", host="db2", version="0.1.0", basis=job_worker.BASIS,
    jobs_at_once=2, started_at=clock.now(), seen_at=clock.now(),
)  # fmt: skip


def test_a_job_that_nobody_will_do_is_warned_of(store: Store):
    job = job_worker.ask(store)
    now = job.asked_at
    assert "start `monitor run`" in list_jobs(store, now).warning
    store.workers.record(replace(WORKER, seen_at=now, fault="its clock is wrong"))
    assert list_jobs(store, now).warning == "its clock is wrong"
    store.workers.record(replace(WORKER, seen_at=now))
    assert list_jobs(store, now).warning == ""
    assert "start `monitor run`" in list_jobs(store, now + SEEN_WITHIN).warning
    store.jobs.start(job.key, "one", now)
    assert list_jobs(store, now + SEEN_WITHIN).warning == ""


def test_jobs_are_listed_by_state_and_kind(store: Store):
    job = job_worker.ask(store)
    started = store.jobs.start(job.key, "one", job.asked_at)
    assert started is not None
    store.jobs.fail(started, job.asked_at, "no marks")
    now = job.asked_at
    assert list_jobs(store, now, open_only=True).jobs == ()
    assert list_jobs(store, now, kind=JobKind.TRAINING).jobs == ()
    (item,) = list_jobs(store, now).as_json()["items"]
    assert (item["state"], item["sentence"], item["fault"]) == ("failed", "no marks", "no marks")


def test_how_far_a_job_is_is_said_in_words(store: Store):
    job = job_worker.ask(store)
    assert state_sentence(job) == "waits for a worker"
    assert state_sentence(replace(job, fault="ended by SIGSEGV")) == "ended by SIGSEGV"
    assert state_sentence(replace(job, refusal="another pack")) == "another pack"
    running = replace(job, state=JobState.RUNNING, progress=JobProgress(step="pruning"))
    assert state_sentence(running) == "pruning"
    assert state_sentence(replace(running, is_cancelling=True)) == "is being cancelled"
    done = replace(job, state=JobState.DONE, result={"rows": 3})
    assert state_sentence(done) == ""
    assert "result" not in job_as_json(done)
    assert whole_job_as_json(done)["result"] == {"rows": 3}


def test_a_worker_tells_what_it_does(store: Store):
    job = job_worker.ask(store)
    now = job.asked_at
    workers = {
        "one": replace(WORKER, seen_at=now),
        "pages": replace(WORKER, key="b" * 32, name="pages", jobs_at_once=0, seen_at=now),
        "wrong": replace(WORKER, key="c" * 32, name="wrong", fault="its clock", seen_at=now),
    }
    for worker in workers.values():
        store.workers.record(worker)
    states = {line.worker.name: line.state for line in list_workers(store, now)}
    assert states == {"one": "idle", "pages": "takes no jobs", "wrong": "its clock"}
    store.jobs.start(job.key, "one", now)
    busy, *_ = list_workers(store, now)
    assert busy.as_json()["state"] == f"does prune {job.key[:8]}"
    assert busy.as_json()["jobs"] == [job.key]
    gone, *_ = list_workers(store, now + SEEN_WITHIN + timedelta(seconds=1))
    assert gone.state == "not seen any more"
