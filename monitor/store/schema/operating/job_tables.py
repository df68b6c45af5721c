"""The tables of jobs and of worker processes.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from monitor.domain.jobs.job import JobKind, JobState
from monitor.store.database.columns import EnumText, SafeText, UtcDateTime, json_type, key_type
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import SENTENCE_LENGTH

NAME_LENGTH, VERSION_LENGTH, ROLE_LENGTH = 300, 64, 16


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
