"""The job engine on a real PostgreSQL: offered with the record, done once, taken over."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.domain.errors import StoreError
from monitor.runtime import clock
from monitor.store.jobs import job_engine
from monitor.store.store import Store
from tests.jobs import job_worker
from tests.store_fixtures import Postgresql

pytest.importorskip("procrastinate", reason="the job engine is not installed")


@pytest.fixture
def shared(postgresql_url: str) -> Iterator[Store]:
    """A store on PostgreSQL."""
    with Store.open(postgresql_url) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path, postgresql_url: str) -> Path:
    """Says that jobs finish; a test writes another word."""
    path = tmp_path / "behaviour"
    write(path, postgresql_url, "finish")
    return path


def write(path: Path, url: str, behaviour: str) -> None:
    path.write_text(f"{url}\n{behaviour}\n")


def offered(store: Store) -> list[str]:
    """The keys that the engine knows of."""
    query = text(f"SELECT args->>'key' FROM {job_engine.SCHEMA}.procrastinate_jobs ORDER BY id")
    return store._database.read(lambda connection: list(connection.scalars(query)))


def test_a_job_is_offered_in_the_transaction_of_its_record(shared: Store) -> None:
    job = job_worker.ask(shared)
    assert offered(shared) == [job.key]

    def ask_and_fail() -> None:
        job_worker.ask(shared, "second")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shared.together(ask_and_fail)
    assert offered(shared) == [job.key]
    assert shared.jobs.list() == [job]


def test_a_job_is_offered_once_and_again_when_the_engine_lost_it(shared: Store) -> None:
    job = job_worker.ask(shared)
    shared.jobs.offer_waiting(clock.now() + timedelta(minutes=1))
    assert offered(shared) == [job.key]
    drop = text(f"DROP SCHEMA {job_engine.SCHEMA} CASCADE")
    shared._database.write(lambda connection: connection.execute(drop))
    shared.jobs.offer_waiting(clock.now() + timedelta(minutes=1))
    assert offered(shared) == [job.key]


def test_our_own_tables_stay_where_they_are(shared: Store) -> None:
    job_worker.ask(shared)
    assert shared.jobs.list()
    path = text("SELECT current_setting('search_path')")
    assert "watchpost" not in str(shared._database.read(lambda opened: opened.scalar(path)))


async def test_workers_do_each_job_once(shared: Store, file: Path) -> None:
    stop, all_done = asyncio.Event(), asyncio.Event()
    calls: list[str] = []

    async def do_job(key: str) -> datetime | None:
        calls.append(key)
        if len(calls) == 5:
            all_done.set()
        return None

    workers = [
        asyncio.create_task(
            shared.job_engine.work(do_job, jobs_at_once=2, stop=stop, lease=job_worker.LEASE)
        )
        for _ in range(2)
    ]
    jobs = [await asyncio.to_thread(job_worker.ask, shared, f"job {number}") for number in range(5)]
    await asyncio.wait_for(all_done.wait(), job_worker.BOUND)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*workers), job_worker.BOUND)
    assert sorted(calls) == sorted(job.key for job in jobs)


async def test_a_job_is_offered_again_when_the_worker_says_so(shared: Store) -> None:
    job_worker.ask(shared)
    stop, calls = asyncio.Event(), 0

    async def do_job(key: str) -> datetime | None:
        nonlocal calls
        calls += 1
        if calls < 3:
            return clock.now()
        stop.set()
        return None

    work = shared.job_engine.work(do_job, jobs_at_once=1, stop=stop, lease=job_worker.LEASE)
    await asyncio.wait_for(work, job_worker.BOUND)
    assert calls == 3


@contextmanager
def a_worker(url: str, file: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "tests.jobs.job_worker", url, str(file), name]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_job_of_a_killed_worker_is_done_once_by_another(
    shared: Store, postgresql_url: str, file: Path
) -> None:
    write(file, postgresql_url, "hang")
    with a_worker(postgresql_url, file, "killed") as first:
        job = await asyncio.to_thread(job_worker.ask, shared)
        await job_worker.until(shared, job, lambda job: job.progress.done > 0)
        first.send_signal(signal.SIGKILL)
        first.wait()
    write(file, postgresql_url, "finish")
    stop = asyncio.Event()
    in_an_hour = {"clock": lambda: clock.now() + timedelta(hours=1)}  # the lease of the record
    with job_worker.supervisor(shared, file, worker="second", **in_an_hour) as supervisor:
        working = asyncio.create_task(
            shared.job_engine.work(supervisor.do, jobs_at_once=1, stop=stop, lease=job_worker.LEASE)
        )
        done = await job_worker.until(shared, job, lambda job: job.state.is_over)
        stop.set()
        await asyncio.wait_for(working, job_worker.BOUND)
    assert done.result == {"attempt": 2, "worker": "second"}
    assert offered(shared) == []


async def test_a_read_only_database_ends_the_work_with_a_sentence(
    shared: Store, postgresql: Postgresql, postgresql_url: str
) -> None:
    job_worker.ask(shared)
    name = postgresql_url.partition("?")[0].rpartition("/")[2]
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgresql.disconnect(postgresql_url)

    async def do_job(key: str) -> datetime | None:
        raise AssertionError("a job was started")

    work = shared.job_engine.work(
        do_job, jobs_at_once=1, stop=asyncio.Event(), lease=job_worker.LEASE
    )
    with pytest.raises(StoreError, match="read-only"):
        await asyncio.wait_for(work, job_worker.BOUND)
    with pytest.raises(StoreError, match="read-only"):
        job_worker.ask(shared, "second")


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    cancellations = 0

    async def work() -> None:
        nonlocal cancellations
        while cancellations < 2:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            cancellations += 1

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.wait_for(job_engine.end_tasks([task], again_after=0.01), job_worker.BOUND)
    assert (task.done(), cancellations) == (True, 2)


def test_sqlite_has_no_engine(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as alone:
        assert not job_engine.is_installed(alone._database)
