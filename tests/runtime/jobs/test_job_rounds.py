"""The rounds of a process: one alone looks for jobs, a worker is told by the engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from monitor.domain.jobs.job import JobState
from monitor.runtime import build, clock
from monitor.runtime.jobs.job_rounds import JobRounds
from monitor.runtime.jobs.job_supervisor import JobWork
from monitor.store.store import Store
from tests.jobs import job_worker

WORK = JobWork(
    module="tests.jobs.job_in_child",
    basis=lambda job: job_worker.BASIS,
    describe=lambda: job_worker.BASIS,
)


@asynccontextmanager
async def rounds_of(
    store: Store, url: str, folder: Path, jobs_at_once: int
) -> AsyncIterator[JobRounds]:
    file = folder / "behaviour"
    file.write_text(f"{url}\nfinish\n")
    with closing(build.StoreThread()) as run_in_store:
        rounds = JobRounds(
            store, run_in_store, WORK, role="all", jobs_at_once=jobs_at_once, file=file
        )
        yield rounds
        await rounds.leave()


async def test_a_process_alone_does_all_that_waits(store: Store, database_url: str, tmp_path: Path):
    jobs = [job_worker.ask(store, name) for name in ("first", "second")]
    async with rounds_of(store, database_url, tmp_path, 1) as rounds:
        for round_ in rounds.alone():
            await asyncio.wait_for(round_.work(clock.now()), job_worker.BOUND)
        assert rounds.fault() == ""
        assert [worker.basis for worker in store.workers.list()] == [job_worker.BASIS]
    assert [job_worker.find(store, job).state for job in jobs] == [JobState.DONE] * 2


async def test_a_process_that_takes_no_jobs_only_tells_that_it_is_there(
    store: Store, database_url: str, tmp_path: Path
):
    async with rounds_of(store, database_url, tmp_path, 0) as rounds:
        assert [round_.name for round_ in rounds.alone()] == ["presence"]


async def test_a_worker_does_what_the_engine_offers(postgresql_url: str, tmp_path: Path):
    pytest.importorskip("procrastinate", reason="the job engine is not installed")
    stop = asyncio.Event()
    with Store.open(postgresql_url) as store:
        job = job_worker.ask(store)
        async with rounds_of(store, postgresql_url, tmp_path, 2) as rounds:
            by_name = {round_.name: round_ for round_ in rounds.with_engine(stop)}
            assert set(by_name) == {"presence", "jobs", "offer jobs"}
            await by_name["presence"].work(clock.now())
            await by_name["offer jobs"].work(clock.now())
            working = asyncio.create_task(by_name["jobs"].work(clock.now()))
            done = await job_worker.until(store, job, lambda job: job.state.is_over)
            stop.set()
            await asyncio.wait_for(working, job_worker.BOUND)
    assert done.state is JobState.DONE
