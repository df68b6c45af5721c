"""Job engine: Procrastinate on the same PostgreSQL tells workers at once which job is due.

The table of jobs is the truth about a job; the engine's own tables, in a schema of their own, hold
only keys that are due.  They may be dropped at any time: workers offer again what waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from monitor.domain.errors import StoreError
from monitor.domain.jobs.job import LEASE, Job
from monitor.store.database import database_errors
from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.transactions import Database

if TYPE_CHECKING:
    import procrastinate

SCHEMA = "watchpost_jobs"
_TASK = "job"
_BEATS_OF_LEASE = 6  # signs of life, and looks for what the notification did not tell
_PAUSE_SECONDS = 10  # after a fault of the database
_GRACE_SECONDS = 4.0  # for running jobs, when the worker ends

# Does the job of a key; when to offer it again, None: it needs no further attempt.
DoJob = Callable[[str], Awaitable[datetime | None]]


def is_installed(database: Database) -> bool:
    """Whether jobs of this database are offered to an engine."""
    return not database.is_sqlite and find_spec("procrastinate") is not None


class _OfferAgain(Exception):  # no error: how a task tells its engine
    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


def offer(connection: Connection, job: Job) -> None:
    """Offer a job in the transaction that stores it; one that is offered already stays as it is."""
    from procrastinate.exceptions import AlreadyEnqueued

    _install(connection)
    driver: Any = connection.connection.driver_connection
    before = connection.scalar(text("SELECT current_setting('search_path')"))
    _set_path(connection, SCHEMA)
    try:
        with connection.begin_nested():
            _app().configure_task(
                _TASK,
                queue=job.kind.value,
                queueing_lock=job.key,
                schedule_at=job.due_at,
                connection=driver,
            ).defer(key=job.key)
    except AlreadyEnqueued:
        pass
    finally:
        _set_path(connection, str(before))


def _set_path(connection: Connection, path: str) -> None:
    connection.execute(text("SELECT set_config('search_path', :path, true)"), {"path": path})


def _install(connection: Connection) -> None:
    """Make the engine's schema where it is missing, in the same transaction."""
    # not `to_regclass`: its cache would not see what another transaction made during our wait
    is_there = text("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = :schema)")
    if connection.scalar(is_there, {"schema": SCHEMA}):
        return
    take_lock(connection, AdvisoryLock.JOB_ENGINE)
    if connection.scalar(is_there, {"schema": SCHEMA}):
        return
    from procrastinate.schema import SchemaManager

    driver: Any = connection.connection.driver_connection
    before = connection.scalar(text("SELECT current_setting('search_path')"))
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    _set_path(connection, SCHEMA)
    driver.execute(SchemaManager.get_schema())  # many statements: the driver itself takes them
    _set_path(connection, str(before))


@cache
def _app() -> procrastinate.App:
    """The application that offers jobs; it never connects by itself."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


class JobEngine:
    """The engine as a worker uses it, with connections of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def work(
        self, do_job: DoJob, *, jobs_at_once: int, stop: asyncio.Event, lease: timedelta = LEASE
    ) -> None:
        """Do what is offered until `stop` is set; running jobs are cancelled after some seconds.

        Jobs of a worker that gave no sign of life within `lease` are offered again.  Raise
        StoreError when the database can't be reached or written any more: call it again.
        """
        from procrastinate.exceptions import ConnectorException

        try:
            async with self._opened(jobs_at_once) as app:
                _add_task(app, do_job)
                await _run(app, jobs_at_once, stop, lease.total_seconds())
        except (ConnectorException, OSError) as error:
            cause = database_errors.cause_of_driver_error(error.__cause__ or error)
            failure = StoreError(f"{self._database.name}: the job engine stopped: {cause}")
            failure.cause = cause
            raise failure from error

    @asynccontextmanager
    async def _opened(self, jobs_at_once: int) -> AsyncIterator[procrastinate.App]:
        from procrastinate import App, PsycopgConnector
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        await asyncio.to_thread(self._database.write, _install)
        url = self._database.engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        options = str(conninfo_to_dict(conninfo).get("options") or "")
        conninfo = make_conninfo(conninfo, options=f"{options} -csearch_path={SCHEMA}".strip())
        app = App(
            connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=jobs_at_once + 2)
        )
        async with app.open_async():
            yield app


async def _run(
    app: procrastinate.App, jobs_at_once: int, stop: asyncio.Event, lease_seconds: float
) -> None:
    beat = lease_seconds / _BEATS_OF_LEASE
    working = asyncio.create_task(
        app.run_worker_async(
            name="jobs",
            concurrency=jobs_at_once,
            fetch_job_polling_interval=beat,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            delete_jobs="always",  # the record of a job is in our table
            install_signal_handlers=False,
            update_heartbeat_interval=beat,
            stalled_worker_timeout=lease_seconds,
        )
    )
    offering = asyncio.create_task(_offer_stalled(app, lease_seconds))
    stopping = asyncio.create_task(stop.wait())
    tasks = (working, offering, stopping)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end_tasks(tasks)
    for task in tasks:
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def end_tasks(
    tasks: Collection[asyncio.Task[Any]], again_after: float = _GRACE_SECONDS + 1
) -> None:
    """Cancel tasks and wait for their end; one that goes on is cancelled again after some seconds.

    A cancellation may be lost: a worker of the engine then worked on, and never ended.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _done, pending = await asyncio.wait(pending, timeout=again_after)


def _add_task(app: procrastinate.App, do_job: DoJob) -> None:
    from procrastinate import BaseRetryStrategy, RetryDecision
    from procrastinate.jobs import Job as EngineJob

    class OfferAgain(BaseRetryStrategy):
        def get_retry_decision(
            self, *, exception: BaseException, job: EngineJob
        ) -> RetryDecision | None:
            if isinstance(exception, _OfferAgain):
                return RetryDecision(retry_at=exception.at)
            is_ending = isinstance(exception, asyncio.CancelledError)
            return RetryDecision(retry_in={"seconds": 0 if is_ending else _PAUSE_SECONDS})

    @app.task(name=_TASK, retry=OfferAgain())
    async def job(key: str) -> None:
        again_at = await do_job(key)
        if again_at is not None:
            raise _OfferAgain(again_at)


async def _offer_stalled(app: procrastinate.App, lease_seconds: float) -> None:
    """Offer again, regularly, the jobs of workers that gave no sign of life."""
    from procrastinate.exceptions import ConnectorException

    manager = app.job_manager
    while True:
        stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=lease_seconds)
        for job in stalled:
            with suppress(ConnectorException):  # another worker did this meanwhile
                await manager.retry_job(job)
        await asyncio.sleep(lease_seconds / _BEATS_OF_LEASE)
