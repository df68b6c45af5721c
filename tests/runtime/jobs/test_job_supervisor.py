"""A supervisor does jobs in child processes: results, failures, deaths, cancelling, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door
from monitor.domain.errors import PackError
from monitor.domain.jobs.job import LEASE, JobKind, JobState
from monitor.runtime import clock
from monitor.runtime.jobs.job_supervisor import JobSupervisor, JobWork
from monitor.store.store import Store
from tests.jobs import job_worker

T = TypeVar("T")


@pytest.fixture
def behaviour(tmp_path: Path, database_url: str):
    """Makes a file that says what the child does."""

    def write(behaviour: str) -> Path:
        file = tmp_path / "behaviour"
        file.write_text(f"{database_url}\n{behaviour}\n")
        return file

    return write


def later(supervisor: JobSupervisor, by: timedelta) -> JobSupervisor:
    """The clock of the supervisor goes on: a test does not wait."""
    before = supervisor.clock
    supervisor.clock = lambda: before() + by
    return supervisor


async def test_a_job_is_done_and_its_result_is_kept(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("finish")) as supervisor:
        assert await asyncio.wait_for(supervisor.do_next(), job_worker.BOUND)
        assert not await supervisor.do_next()
    done = job_worker.find(store, job)
    assert (done.state, done.result) == (JobState.DONE, {"attempt": 1, "worker": "one"})
    assert supervisor.keys == set()


async def test_a_failure_that_would_come_again_ends_the_job(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("fail")) as supervisor:
        assert await asyncio.wait_for(supervisor.do(job.key), job_worker.BOUND) is None
    failed = job_worker.find(store, job)
    assert (failed.state, failed.fault) == (JobState.FAILED, "there are no marks")


async def test_a_process_that_died_is_followed_by_another_attempt(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("die once")) as supervisor:
        again_at = await asyncio.wait_for(supervisor.do(job.key), job_worker.BOUND)
        waiting = job_worker.find(store, job)
        assert (waiting.state, waiting.due_at) == (JobState.WAITING, again_at)
        assert "ended by SIGKILL" in waiting.fault
        assert (
            await asyncio.wait_for(later(supervisor, LEASE).do(job.key), job_worker.BOUND) is None
        )
    assert job_worker.find(store, job).result == {"attempt": 2, "worker": "one"}


async def test_a_job_that_kills_its_process_three_times_is_not_tried_again(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("die")) as supervisor:
        for _ in range(3):
            await asyncio.wait_for(supervisor.do(job.key), job_worker.BOUND)
            later(supervisor, timedelta(minutes=2))
    poisoned = job_worker.find(store, job)
    assert (poisoned.state, poisoned.attempts) == (JobState.FAILED, 3)
    assert poisoned.fault.startswith("not tried again after 3 attempts")
    assert "the process that did the prune was ended by SIGKILL" in poisoned.fault


async def test_a_queue_full_of_poison_holds_up_no_other_job(store: Store, behaviour):
    poison = [job_worker.ask(store, name, kind=JobKind.EXPORT) for name in ("bad", "worse")]
    good = job_worker.ask(store, "good")
    with job_worker.supervisor(store, behaviour("die as export")) as supervisor:
        for passed in range(3):
            for _ in (*poison, good):
                await asyncio.wait_for(supervisor.do_next(), job_worker.BOUND)
            assert job_worker.find(store, good).state is JobState.DONE, f"pass {passed}"
            later(supervisor, timedelta(minutes=2))
    states = [(job_worker.find(store, job).state, job_worker.find(store, job).attempts)
              for job in poison]  # fmt: skip
    assert states == [(JobState.FAILED, 3)] * 2


async def test_a_database_that_is_slow_by_ten_beats_costs_no_attempt(store: Store, behaviour):
    beat = timedelta(seconds=0.02)
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("finish"), beat_every=beat) as supervisor:
        run_in_store = supervisor.run_in_store

        async def slowly(call: Callable[[], T], /) -> T:
            await asyncio.sleep(10 * beat.total_seconds())
            return await run_in_store(call)

        supervisor.run_in_store = slowly
        assert await asyncio.wait_for(supervisor.do(job.key), job_worker.BOUND) is None
    done = job_worker.find(store, job)
    assert (done.state, done.attempts, done.fault) == (JobState.DONE, 1, "")


async def test_what_a_cancelled_attempt_held_is_given_back(store: Store, behaviour):
    job = job_worker.ask(store)
    cleaned: list[str] = []
    work = JobWork(
        module="tests.jobs.job_in_child",
        basis=lambda job: job_worker.BASIS,
        describe=lambda: job_worker.BASIS,
        clean_up=lambda store, job, now: cleaned.append(job.key),
    )
    with job_worker.supervisor(store, behaviour("hang"), work=work) as supervisor:
        working = asyncio.create_task(supervisor.do(job.key))
        await job_worker.until(store, job, lambda job: job.progress.done > 0)
        entry = AuditEntry(
            at=clock.now(), caller="Otto", door=Door.CONSOLE, act="cancel job", target=job.key
        )
        store.jobs.cancel(job.key, clock.now(), entry)
        await asyncio.wait_for(working, job_worker.BOUND)
    assert cleaned == [job.key]
    assert job_worker.find(store, job).state is JobState.CANCELLED


async def test_a_running_job_is_cancelled_by_a_person(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("hang")) as supervisor:
        doing = asyncio.create_task(supervisor.do(job.key))
        await job_worker.until(store, job, lambda job: job.progress.done > 0)
        entry = AuditEntry(
            at=clock.now(), caller="Otto", door=Door.CONSOLE, act="cancel job", target=job.key
        )
        await asyncio.to_thread(store.jobs.cancel, job.key, clock.now(), entry)
        assert await asyncio.wait_for(doing, job_worker.BOUND) is None
    assert job_worker.find(store, job).state is JobState.CANCELLED


async def test_a_service_that_ends_gives_its_job_back(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("hang")) as supervisor:
        doing = asyncio.create_task(supervisor.do(job.key))
        await job_worker.until(store, job, lambda job: job.progress.done > 0)
        doing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(doing, job_worker.BOUND)
    waiting = job_worker.find(store, job)
    assert (waiting.state, waiting.attempts_limit - waiting.attempts) == (JobState.WAITING, 3)


async def test_a_job_of_other_settings_is_left_to_others(store: Store, behaviour):
    job = job_worker.ask(store, basis="pack wolves@2c, rules 0c2a")
    with job_worker.supervisor(store, behaviour("finish")) as supervisor:
        assert await supervisor.do(job.key) is not None
    refused = job_worker.find(store, job)
    assert (refused.state, refused.attempts) == (JobState.WAITING, 0)
    assert "has pack wolves@1f, rules 0c2a" in refused.refusal
    assert "asked for with pack wolves@2c" in refused.refusal


async def test_an_older_worker_leaves_a_job_to_newer_ones(store: Store, behaviour):
    job = job_worker.ask(store, version="0.2.0")
    file = behaviour("finish")
    with job_worker.supervisor(store, file) as old:
        assert await old.do(job.key) is not None
    assert "runs version 0.1.0, and the job needs 0.2.0: update it" in (
        job_worker.find(store, job).refusal
    )
    with job_worker.supervisor(store, file, version="0.10.0", worker="new") as newer:
        assert await asyncio.wait_for(later(newer, LEASE).do(job.key), job_worker.BOUND) is None
    assert job_worker.find(store, job).worker == "new"


async def test_a_worker_with_a_fault_takes_no_job(store: Store, behaviour):
    job = job_worker.ask(store)
    with job_worker.supervisor(store, behaviour("finish"), fault="its clock is wrong") as faulty:
        assert await faulty.do(job.key) is not None
    assert job_worker.find(store, job).refusal == "its clock is wrong"


async def test_a_worker_whose_pack_is_broken_leaves_the_job_to_others(store: Store, behaviour):
    def broken(job: object) -> str:
        raise PackError("packs/wolves: manifest.json is missing")

    job = job_worker.ask(store)
    work = JobWork(module="tests.jobs.job_in_child", basis=broken, describe=lambda: "")
    with job_worker.supervisor(store, behaviour("finish"), work=work) as supervisor:
        assert await supervisor.do(job.key) is not None
    assert "manifest.json is missing" in job_worker.find(store, job).refusal


async def test_a_job_that_is_over_or_unknown_needs_nothing(store: Store, behaviour):
    with job_worker.supervisor(store, behaviour("finish")) as supervisor:
        assert await supervisor.do("no such job") is None
