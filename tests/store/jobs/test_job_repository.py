"""Jobs on both databases: one worker at a time, attempts that end, and what people ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door
from monitor.domain.jobs.job import KEPT, LEASE, MOST_ATTEMPTS, Job, JobKind, JobProgress, JobState
from monitor.domain.keys import key_of
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.jobs.job_repository import JobCounts
from monitor.store.store import Store
from tests.fakes import NOW

SECOND = timedelta(seconds=1)
ENTRY = AuditEntry(at=NOW, caller="Otto", door=Door.CONSOLE, act="start job", target="prune")


def a_job(name: str = "first", **changes: Any) -> Job:
    job = Job(
        key=key_of(name),
        kind=JobKind.PRUNE,
        options={"note": "ежедневно"},
        basis="texts 180d",
        version="0.1.0",
        asked_by="Otto",
        asked_at=NOW,
        due_at=NOW,
    )
    return replace(job, **changes)


def ask(store: Store, **changes: Any) -> Job:
    job = a_job(**changes)
    store.jobs.ask(job, ENTRY)
    return job


def start(store: Store, worker: str = "one", at: timedelta = timedelta()) -> Job:
    started = store.jobs.start(a_job().key, worker, NOW + at)
    assert started is not None
    return started


def test_a_job_is_stored_as_it_was_asked_for_with_its_audit_entry(store: Store) -> None:
    job = ask(store)
    assert store.jobs.find(job.key[:8]) == job
    assert store.jobs.list() == [job]
    assert [entry.act for entry in store.audit_log.list(AuditFilter(), 9)] == ["start job"]


def test_a_job_is_followed_to_its_result(store: Store) -> None:
    ask(store)
    assert store.jobs.next_due(NOW) == a_job().key
    job = start(store)
    assert (job.state, job.attempts, job.worker) == (JobState.RUNNING, 1, "one")
    assert store.jobs.next_due(NOW) is None
    assert store.jobs.report(job, JobProgress(step="pruning", done=3, total=9))
    now_running = store.jobs.beat(job, NOW + SECOND)
    assert now_running is not None
    assert now_running.progress.sentence == "pruning: 3 of 9"
    assert store.jobs.finish(job, NOW + 2 * SECOND, {"rows": 9})
    done = store.jobs.find(job.key)
    assert done is not None
    assert (done.state, done.result, done.ended_at) == (
        JobState.DONE,
        {"rows": 9},
        NOW + 2 * SECOND,
    )


def test_of_two_workers_one_starts_a_job(store: Store) -> None:
    ask(store)
    start(store)
    assert store.jobs.start(a_job().key, "two", NOW) is None


def test_a_job_is_not_started_before_it_is_due(store: Store) -> None:
    ask(store, due_at=NOW + SECOND)
    assert store.jobs.start(a_job().key, "one", NOW) is None
    assert store.jobs.next_due(NOW) is None
    assert store.jobs.next_due(NOW + SECOND) == a_job().key


def test_a_job_is_taken_over_after_its_lease_and_its_result_is_stored_once(store: Store) -> None:
    ask(store)
    lost = start(store)
    assert store.jobs.start(lost.key, "two", NOW + LEASE) is None
    taken_over = start(store, "two", LEASE + SECOND)
    assert (taken_over.attempts, taken_over.worker) == (2, "two")
    assert store.jobs.beat(lost, NOW + LEASE + SECOND) is None
    assert not store.jobs.report(lost, JobProgress(step="late"))
    assert not store.jobs.finish(lost, NOW + LEASE + SECOND, {"by": "one"})
    assert not store.jobs.fail(lost, NOW + LEASE + SECOND, "late")
    assert store.jobs.finish(taken_over, NOW + LEASE + SECOND, {"by": "two"})
    assert not store.jobs.finish(taken_over, NOW + LEASE + SECOND, {"by": "two, again"})
    done = store.jobs.find(lost.key)
    assert done is not None
    assert done.result == {"by": "two"}


def test_a_job_whose_workers_all_died_fails(store: Store) -> None:
    ask(store)
    at = timedelta()
    for number in range(MOST_ATTEMPTS):
        start(store, f"worker {number}", at)
        at += LEASE + SECOND
    assert store.jobs.next_due(NOW + at) == a_job().key
    assert store.jobs.start(a_job().key, "the next", NOW + at) is None
    failed = store.jobs.find(a_job().key)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert "not tried again after 3 attempts" in failed.fault


def test_an_attempt_given_back_waits_and_counts_only_when_it_should(store: Store) -> None:
    ask(store)
    store.jobs.give_back(start(store), NOW + SECOND, "ended by SIGSEGV")
    waiting = store.jobs.find(a_job().key)
    assert waiting is not None
    assert (waiting.state, waiting.fault) == (JobState.WAITING, "ended by SIGSEGV")
    assert waiting.attempts_limit == MOST_ATTEMPTS
    store.jobs.give_back(start(store, at=SECOND), NOW, "", counts=False)
    uncounted = store.jobs.find(a_job().key)
    assert uncounted is not None
    assert uncounted.attempts_limit == MOST_ATTEMPTS + 1


def test_a_refusal_is_told_while_the_job_waits(store: Store) -> None:
    job = ask(store)
    store.jobs.refuse(job.key, "this worker has another pack", NOW + SECOND)
    waiting = store.jobs.find(job.key)
    assert waiting is not None
    assert (waiting.state, waiting.refusal) == (JobState.WAITING, "this worker has another pack")
    assert store.jobs.next_due(NOW) is None  # others may be done first
    assert start(store, at=SECOND).refusal == ""


def test_a_waiting_job_is_cancelled_at_once(store: Store) -> None:
    job = ask(store)
    cancelled = store.jobs.cancel(job.key, NOW + SECOND, ENTRY)
    assert cancelled is not None
    assert (cancelled.state, cancelled.ended_at) == (JobState.CANCELLED, NOW + SECOND)
    assert store.jobs.cancel(job.key, NOW, ENTRY) is None
    assert store.jobs.start(job.key, "one", NOW) is None
    assert len(store.audit_log.list(AuditFilter(), 9)) == 2


def test_a_running_job_learns_that_its_end_is_asked_for(store: Store) -> None:
    ask(store)
    job = start(store)
    cancelling = store.jobs.cancel(job.key, NOW, ENTRY)
    assert cancelling is not None
    assert (cancelling.state, cancelling.is_cancelling) == (JobState.RUNNING, True)
    assert not store.jobs.report(job, JobProgress(step="pruning"))
    assert store.jobs.end_cancelled(job, NOW)
    ended = store.jobs.find(job.key)
    assert ended is not None
    assert (ended.state, ended.is_cancelling) == (JobState.CANCELLED, False)


def test_a_failed_job_waits_again_when_a_person_asks(store: Store) -> None:
    ask(store)
    job = start(store)
    store.jobs.fail(job, NOW, "no marks")
    again = replace(a_job(), attempts=1, attempts_limit=4)
    assert store.jobs.retry(again, ENTRY) == again
    assert store.jobs.find(job.key) == again
    assert store.jobs.retry(again, ENTRY) is None  # it waits already


def test_jobs_are_listed_newest_first_by_state_and_kind(store: Store) -> None:
    ask(store, name="first")
    newer = ask(store, name="second", kind=JobKind.BACKTEST, asked_at=NOW + SECOND)
    store.jobs.cancel(newer.key, NOW, ENTRY)
    assert [job.kind for job in store.jobs.list()] == [JobKind.BACKTEST, JobKind.PRUNE]
    assert [job.kind for job in store.jobs.list(states=[JobState.WAITING])] == [JobKind.PRUNE]
    assert [job.kind for job in store.jobs.list(kind=JobKind.BACKTEST)] == [JobKind.BACKTEST]
    assert len(store.jobs.list(limit=1)) == 1


def test_jobs_are_counted_by_kind(store: Store) -> None:
    ask(store, name="first")
    ask(store, name="second", due_at=NOW + SECOND)
    start(store)
    counts = store.jobs.counts()
    assert counts[JobKind.PRUNE] == JobCounts(waiting=1, running=1, oldest_waiting_at=NOW + SECOND)
    assert counts[JobKind.TRAINING] == JobCounts()


def test_a_job_that_was_over_for_long_is_forgotten(store: Store) -> None:
    ask(store)
    store.jobs.finish(start(store), NOW, {"rows": 9})
    waiting = ask(store, name="second", asked_at=NOW + KEPT)
    assert len(store.jobs.list()) == 2
    newest = ask(store, name="third", asked_at=NOW + KEPT + SECOND)
    assert store.jobs.list() == [newest, waiting]


@pytest.mark.parametrize("reference", ["", "no such job"])
def test_an_unknown_job_is_none(store: Store, reference: str) -> None:
    ask(store)
    assert store.jobs.find(reference) is None
