"""The tables of jobs, of the files that they made, and of worker processes.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field

from monitor.domain.jobs.job import JobKind, JobState
from monitor.store.database.columns import EnumText, SafeText, UtcDateTime, json_type, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import SENTENCE_LENGTH

NAME_LENGTH, VERSION_LENGTH, ROLE_LENGTH, SHA256_LENGTH = 300, 64, 16, 64


class JobRow(TableRow, table=True):
    """A job: what was asked for and by whom, how far it is, and what came of it."""

    __tablename__ = "jobs"
    __table_args__ = (
        # the newest first
        Index("ix_jobs_asked_at", "asked_at"),
        # what is due, and what may be taken over
        Index("ix_jobs_state", "state", "due_at"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    kind: JobKind = Field(sa_type=EnumText(JobKind))
    options: dict[str, Any] = Field(sa_type=json_type())
    basis: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    version: str = Field(sa_type=SafeText(VERSION_LENGTH))
    asked_by: str = Field(sa_type=SafeText(NAME_LENGTH))
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: JobState = Field(sa_type=EnumText(JobState))
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int
    attempts_limit: int
    worker: str = Field(sa_type=SafeText(NAME_LENGTH))
    step: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    done: int
    total: int
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    beat_at: datetime | None = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    is_cancelling: bool
    refusal: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    result: dict[str, Any] | None = Field(sa_type=json_type())
    fault: str = Field(sa_type=SafeText(SENTENCE_LENGTH))


class JobFileRow(TableRow, table=True):
    """The file of one attempt of a job; it is offered when it is whole and the job is done."""

    __tablename__ = "job_files"
    __table_args__ = (
        ForeignKeyConstraint(["job_key"], ["jobs.key"], name="fk_job_files_job_key"),
        # the oldest, for retention
        Index("ix_job_files_made_at", "made_at"),
    )

    job_key: str = Field(sa_type=key_type(), primary_key=True)
    attempt: int = Field(primary_key=True)
    name: str = Field(sa_type=SafeText(NAME_LENGTH))
    size: int = Field(sa_type=BigInteger)
    sha256: str = Field(sa_type=key_type(SHA256_LENGTH))  # empty until the file is whole
    made_at: datetime = Field(sa_type=UtcDateTime)


class JobFileChunkRow(TableRow, table=True):
    """A part of a file, compressed by zlib."""

    __tablename__ = "job_file_chunks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["job_key", "attempt"],
            ["job_files.job_key", "job_files.attempt"],
            name="fk_job_file_chunks_file",
        ),
    )

    job_key: str = Field(sa_type=key_type(), primary_key=True)
    attempt: int = Field(primary_key=True)
    number: int = Field(primary_key=True)  # from 0
    compressed: bytes = Field(sa_type=LargeBinary)


class WorkerProcessRow(TableRow, table=True):
    """A process of the service that runs, or ran within the last day."""

    __tablename__ = "worker_processes"

    key: str = Field(sa_type=key_type(), primary_key=True)
    name: str = Field(sa_type=SafeText(NAME_LENGTH))
    role: str = Field(sa_type=SafeText(ROLE_LENGTH))
    host: str = Field(sa_type=SafeText(NAME_LENGTH))
    version: str = Field(sa_type=SafeText(VERSION_LENGTH))
    basis: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    jobs_at_once: int
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    fault: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
