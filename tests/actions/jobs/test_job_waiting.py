"""Who waits for a job gets its result, or why there will be none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs.job_requests import cancel_job
from monitor.actions.jobs.job_waiting import wait_for_result
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobProgress
from monitor.runtime import clock
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.store.store import Store
from tests.fakes import NOW
from tests.jobs.job_worker import ask


def waited(store: Store, job: Job, *steps: Callable[[], object]) -> tuple[Job, list[str]]:
    """The job when it is over, and what was said; a step is done in each pause."""
    sentences: list[str] = []
    remaining: Iterator[Callable[[], object]] = iter(steps)

    async def pause() -> None:
        next(remaining)()

    waiting = wait_for_result(
        store, job.key, clock=lambda: NOW, pause=pause, on_progress=sentences.append
    )
    return asyncio.run(waiting), sentences


@pytest.fixture
def job(store: Store) -> Job:
    store.workers.record(replace(new_worker("worker", 1, NOW), seen_at=NOW))
    return ask(store)


def begin(store: Store, job: Job) -> Job:
    running = store.jobs.start(job.key, "one", clock.now())
    assert running is not None
    return running


def test_the_result_comes_with_each_new_sentence_once(store: Store, job: Job):
    running: list[Job] = []
    progress = JobProgress(step="grouping articles", done=1, total=2)
    ended, sentences = waited(
        store,
        job,
        lambda: None,
        lambda: running.append(begin(store, job)),
        lambda: store.jobs.report(running[0], progress),
        lambda: store.jobs.finish(running[0], NOW, {"articles": 2}),
    )
    assert ended.result == {"articles": 2}
    assert sentences == ["waits for a worker", "starting", "grouping articles: 1 of 2"]


def test_a_failure_and_an_end_by_a_person_are_told(store: Store, job: Job):
    with pytest.raises(ConfigError, match=r"prune \w{8} is failed: there are no marks"):
        waited(store, job, lambda: store.jobs.fail(begin(store, job), NOW, "there are no marks"))
    other = ask(store, "second")
    with pytest.raises(ConfigError, match=r"prune \w{8} is cancelled"):
        waited(store, other, lambda: cancel_job(store, other.key, local_caller("Otto", NOW), NOW))


def test_nobody_waits_where_no_process_takes_jobs(store: Store):
    with pytest.raises(ConfigError, match="waits: no process takes jobs: start `monitor run`"):
        waited(store, ask(store))
