"""Files of jobs in the database: written by the attempt of a job, read by any process.

Each attempt has a file of its own.  It is offered when it is whole and its attempt is the one that
ended the job; what other attempts left is removed by retention.
"""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import Connection, and_, func, select, update

from monitor.domain.jobs.job import Job, JobState
from monitor.domain.jobs.job_file import JobFile
from monitor.store.database.transactions import Database
from monitor.store.jobs.job_repository import is_attempt
from monitor.store.schema.tables import job_file_chunks, job_files, jobs


class JobFiles:
    """The tables of files and of their chunks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ── of the attempt that writes ───────────────────────────────────────────────────────────────

    def begin(self, job: Job, name: str, now: datetime) -> bool:
        """Begin the file of an attempt; False when the attempt was lost or cancelled."""
        row = {
            "job_key": job.key,
            "attempt": job.attempts,
            "name": name,
            "size": 0,
            "sha256": "",
            "made_at": now,
        }

        def write(connection: Connection) -> bool:
            if not _is_wanted(connection, job):
                return False
            connection.execute(job_files.insert().values(row))
            return True

        return self._database.write(write)

    def add_chunk(self, job: Job, number: int, content: bytes) -> bool:
        """Store the chunk of this number, from 0; False when the attempt was lost or cancelled."""
        compressed = zlib.compress(content)
        row = {"job_key": job.key, "attempt": job.attempts, "number": number}

        def write(connection: Connection) -> bool:
            if not _is_wanted(connection, job):
                return False
            connection.execute(job_file_chunks.insert().values(**row, compressed=compressed))
            return True

        return self._database.write(write)

    def complete(self, job: Job, size: int, sha256: str) -> bool:
        """Store that the file is whole, its bytes and digest; False when the attempt was lost."""
        is_of_attempt = and_(job_files.c.job_key == job.key, job_files.c.attempt == job.attempts)
        change = update(job_files).where(is_of_attempt).values(size=size, sha256=sha256)

        def write(connection: Connection) -> bool:
            return _is_wanted(connection, job) and connection.execute(change).rowcount == 1

        return self._database.write(write)

    # ── of those who read ────────────────────────────────────────────────────────────────────────

    def find(self, job: Job) -> JobFile | None:
        """The file of a job that is done; None where it made none, or where it was removed."""
        if job.state is not JobState.DONE:
            return None
        query = select(job_files).where(
            job_files.c.job_key == job.key,
            job_files.c.attempt == job.attempts,
            job_files.c.sha256 != "",
        )
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return JobFile(
            job_key=row.job_key,
            attempt=row.attempt,
            name=row.name,
            size=row.size,
            sha256=row.sha256,
            made_at=row.made_at,
        )

    def read_chunk(self, file: JobFile, number: int) -> bytes | None:
        """The chunk of this number, from 0; None behind the last one, or when it was removed."""
        query = select(job_file_chunks.c.compressed).where(
            job_file_chunks.c.job_key == file.job_key,
            job_file_chunks.c.attempt == file.attempt,
            job_file_chunks.c.number == number,
        )
        compressed = self._database.read(lambda connection: connection.scalar(query))
        return None if compressed is None else zlib.decompress(compressed)

    def total_bytes(self) -> int:
        """The size of all files that are whole, before compression."""
        query = select(func.coalesce(func.sum(job_files.c.size), 0))
        return int(self._database.read(lambda connection: connection.scalar(query)) or 0)


def _is_wanted(connection: Connection, job: Job) -> bool:
    """Whether the attempt still has its job, and nobody asked for its end."""
    wanted = select(jobs.c.key).where(is_attempt(job), jobs.c.is_cancelling.is_(False))
    return connection.scalar(wanted) is not None
