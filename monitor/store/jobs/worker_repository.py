"""Worker processes in the database: each describes itself while it runs."""

from __future__ import annotations

import builtins
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from monitor.domain.jobs.worker_process import FORGOTTEN_AFTER, WorkerProcess
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import worker_processes


class WorkerProcesses:
    """The table of worker processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, worker: WorkerProcess) -> None:
        """Store what a process is now; forget those that were not seen for a day."""
        values = _values(worker)
        statement = self._database.insert(worker_processes).values(values)
        statement = statement.on_conflict_do_update(index_elements=["key"], set_=values)
        is_forgotten = worker_processes.c.seen_at < worker.seen_at - FORGOTTEN_AFTER

        def write(connection: Connection) -> None:
            connection.execute(statement)
            connection.execute(delete(worker_processes).where(is_forgotten))

        self._database.write(write)

    def remove(self, key: str) -> None:
        """Forget a process that ends."""
        statement = delete(worker_processes).where(worker_processes.c.key == key)
        self._database.write(lambda connection: connection.execute(statement))

    def list(self) -> builtins.list[WorkerProcess]:
        """Every process that was seen within the last day, by name."""
        query = select(worker_processes).order_by(worker_processes.c.name, worker_processes.c.key)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [_worker(row) for row in rows]

    def clock_skew(self, now: datetime) -> timedelta:
        """How far `now` is ahead of the server's clock; nothing for SQLite, which has none."""
        if self._database.is_sqlite:
            return timedelta()
        query = select(func.clock_timestamp())
        at: datetime = self._database.read(
            lambda connection: connection.execute(query).scalar_one()
        )
        return now - at


def _values(worker: WorkerProcess) -> dict[str, object]:
    return {
        "key": worker.key,
        "name": worker.name,
        "role": worker.role,
        "host": worker.host,
        "version": worker.version,
        "basis": worker.basis,
        "jobs_at_once": worker.jobs_at_once,
        "started_at": worker.started_at,
        "seen_at": worker.seen_at,
        "fault": worker.fault,
    }


def _worker(row: Row[Any]) -> WorkerProcess:
    return WorkerProcess(
        key=row.key,
        name=row.name,
        role=row.role,
        host=row.host,
        version=row.version,
        basis=row.basis,
        jobs_at_once=row.jobs_at_once,
        started_at=row.started_at,
        seen_at=row.seen_at,
        fault=row.fault,
    )
