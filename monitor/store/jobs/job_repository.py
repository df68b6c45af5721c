"""Jobs in the database: asked for, started by one worker at a time, followed, and kept.

A worker's writes name the attempt that they belong to: those of a worker that lost its job to
another one change nothing.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from monitor.access.accounts import AuditEntry
from monitor.domain.jobs import job as jobs_of_people
from monitor.domain.jobs.job import Job, JobKind, JobProgress, JobState
from monitor.store.access.audit_repository import insert_entry
from monitor.store.database.key_prefix import find_row
from monitor.store.database.transactions import Database
from monitor.store.jobs import job_engine
from monitor.store.schema.tables import job_files, jobs

# The engine has started, or put off, what it knows of by then.
_OFFERED_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """The jobs of one kind, as monitoring programs count them."""

    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_waiting_at: datetime | None = None  # since when the one that waits longest could start


class Jobs:
    """The table of jobs, and the engine's queue beside it where there is an engine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, job: Job, entry: AuditEntry) -> None:
        """Store a job that waits, with its entry of the audit log, and offer it to the workers.

        Jobs that have been over for longer than `KEPT` are forgotten; those with a file are when
        retention has removed it.
        """
        has_file = exists().where(job_files.c.job_key == jobs.c.key)
        is_old = and_(jobs.c.ended_at < job.asked_at - jobs_of_people.KEPT, ~has_file)

        def write(connection: Connection) -> None:
            connection.execute(delete(jobs).where(is_old))
            self._database.insert_new(connection, jobs, [_values(job)])
            insert_entry(connection, entry)
            self._offer(connection, job)

        self._database.write(write)

    def _offer(self, connection: Connection, job: Job) -> None:
        if job_engine.is_installed(self._database):
            job_engine.offer(connection, job)

    def offer_waiting(self, now: datetime) -> None:
        """Offer what is due for a while and may be unknown to the engine, as after a restore."""
        is_waiting = (jobs.c.state == JobState.WAITING) & (jobs.c.due_at <= now - _OFFERED_WITHIN)

        def write(connection: Connection) -> None:
            for row in connection.execute(select(jobs).where(is_waiting)).all():
                job_engine.offer(connection, _job(row))

        self._database.write(write)

    def find(self, reference: str) -> Job | None:
        """The job with this key, or whose key begins so.  Raise ConfigError for several."""
        row = self._database.read(lambda connection: find_row(connection, jobs, reference))
        return _job(row) if row else None

    def list(
        self,
        *,
        states: Collection[JobState] = (),
        kind: JobKind | None = None,
        limit: int = 100,
    ) -> builtins.list[Job]:
        """The newest jobs first; without `states` those of every state."""
        query = select(jobs).order_by(jobs.c.asked_at.desc(), jobs.c.key).limit(limit)
        if states:
            query = query.where(jobs.c.state.in_(list(states)))
        if kind is not None:
            query = query.where(jobs.c.kind == kind)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [_job(row) for row in rows]

    def counts(self) -> dict[JobKind, JobCounts]:
        """How many jobs of each kind wait, run and have failed; every kind has a count."""
        query = select(
            jobs.c.kind,
            func.count().filter(jobs.c.state == JobState.WAITING).label("waiting"),
            func.count().filter(jobs.c.state == JobState.RUNNING).label("running"),
            func.count().filter(jobs.c.state == JobState.FAILED).label("failed"),
            func.min(jobs.c.due_at, type_=jobs.c.due_at.type)
            .filter(jobs.c.state == JobState.WAITING)
            .label("oldest"),
        ).group_by(jobs.c.kind)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        counts = dict.fromkeys(JobKind, JobCounts())
        for row in rows:
            counts[row.kind] = JobCounts(
                waiting=row.waiting,
                running=row.running,
                failed=row.failed,
                oldest_waiting_at=row.oldest,
            )
        return counts

    # ── of a worker ──────────────────────────────────────────────────────────────────────────────

    def next_due(self, now: datetime) -> str | None:
        """The key of the job that may be started and waited longest; None where there is none."""
        query = select(jobs.c.key).where(_may_start(now)).order_by(jobs.c.due_at, jobs.c.key)
        return self._database.read(lambda connection: connection.scalar(query.limit(1)))

    def start(self, key: str, worker: str, now: datetime) -> Job | None:
        """Begin an attempt; None when the job may not be started: it is over, or another works.

        Of several workers that start one job at once one gets it.  A job whose worker gave no sign
        of life within `LEASE` is taken over; after `attempts_limit` attempts it fails instead.
        """
        may_start = and_(jobs.c.key == key, _may_start(now))

        def begin(connection: Connection) -> Job | None:
            is_exhausted = may_start & (jobs.c.attempts >= jobs.c.attempts_limit)
            last = select(jobs).where(is_exhausted).with_for_update(skip_locked=True)
            row = connection.execute(last).first()
            if row is not None:
                fault = jobs_of_people.poisoned(row.attempts, "its worker was gone")
                connection.execute(
                    update(jobs).where(is_exhausted).values(_ended(JobState.FAILED, now, fault))
                )
                return None
            change = update(jobs).where(may_start)
            change = change.values(
                state=JobState.RUNNING,
                attempts=jobs.c.attempts + 1,
                worker=worker,
                started_at=now,
                beat_at=now,
                step="starting",
                done=0,
                total=0,
                refusal="",
            )
            if connection.execute(change).rowcount == 0:
                return None
            return _job(connection.execute(select(jobs).where(jobs.c.key == key)).one())

        return self._database.write(begin)

    def beat(self, job: Job, now: datetime) -> Job | None:
        """Give a sign of life for an attempt; the job as it is now, None when it was lost."""
        return self._change(is_attempt(job), {"beat_at": now}, job.key)

    def report(self, job: Job, progress: JobProgress) -> bool:
        """Store how far an attempt is; False when it was lost, or somebody asked for its end."""
        values = {"step": progress.step, "done": progress.done, "total": progress.total}
        changed = self._change(is_attempt(job), values, job.key)
        return changed is not None and not changed.is_cancelling

    def finish(self, job: Job, now: datetime, result: Mapping[str, object]) -> bool:
        """Store the result of an attempt; False, and nothing is stored, when it was lost."""
        values = _ended(JobState.DONE, now, "") | {"result": dict(result)}
        return self._change(is_attempt(job), values, job.key) is not None

    def fail(self, job: Job, now: datetime, fault: str) -> bool:
        """Store why an attempt failed for good; False when it was lost."""
        return (
            self._change(is_attempt(job), _ended(JobState.FAILED, now, fault), job.key) is not None
        )

    def end_cancelled(self, job: Job, now: datetime) -> bool:
        """End an attempt because somebody asked for it; False when it was lost."""
        return (
            self._change(is_attempt(job), _ended(JobState.CANCELLED, now, ""), job.key) is not None
        )

    def give_back(self, job: Job, due_at: datetime, fault: str, *, counts: bool = True) -> None:
        """Let the job wait for another attempt; one that does not count may be repeated at will."""
        values = {
            "state": JobState.WAITING,
            "due_at": due_at,
            "fault": fault,
            "step": "",
            "beat_at": None,
            "attempts_limit": jobs.c.attempts_limit + (0 if counts else 1),
        }
        self._change(is_attempt(job), values, job.key)

    def refuse(self, key: str, reason: str, due_at: datetime) -> None:
        """Store why a worker left a waiting job to others, who may start it from `due_at` on."""
        is_waiting = (jobs.c.key == key) & (jobs.c.state == JobState.WAITING)
        self._change(is_waiting, {"refusal": reason, "due_at": due_at}, key)

    # ── of a person ──────────────────────────────────────────────────────────────────────────────

    def cancel(self, key: str, now: datetime, entry: AuditEntry) -> Job | None:
        """End a job that waits, ask for the end of one that runs; None for one that is over."""
        is_waiting = (jobs.c.key == key) & (jobs.c.state == JobState.WAITING)
        is_running = (jobs.c.key == key) & (jobs.c.state == JobState.RUNNING)

        def write(connection: Connection) -> Job | None:
            ended = update(jobs).where(is_waiting).values(_ended(JobState.CANCELLED, now, ""))
            cancelling = update(jobs).where(is_running).values(is_cancelling=True)
            if not (connection.execute(ended).rowcount or connection.execute(cancelling).rowcount):
                return None
            insert_entry(connection, entry)
            return _job(connection.execute(select(jobs).where(jobs.c.key == key)).one())

        return self._database.write(write)

    def retry(self, job: Job, entry: AuditEntry) -> Job | None:
        """Let a job that failed or was cancelled wait again, as `job` says; None for another."""
        may_retry = (jobs.c.key == job.key) & jobs.c.state.in_(
            [JobState.FAILED, JobState.CANCELLED]
        )

        def write(connection: Connection) -> Job | None:
            if connection.execute(update(jobs).where(may_retry).values(_values(job))).rowcount == 0:
                return None
            insert_entry(connection, entry)
            self._offer(connection, job)
            return job

        return self._database.write(write)

    def _change(
        self, condition: ColumnElement[bool], values: Mapping[str, object], key: str
    ) -> Job | None:
        def write(connection: Connection) -> Job | None:
            if connection.execute(update(jobs).where(condition).values(values)).rowcount == 0:
                return None
            return _job(connection.execute(select(jobs).where(jobs.c.key == key)).one())

        return self._database.write(write)


def _may_start(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(jobs.c.state == JobState.WAITING, jobs.c.due_at <= now),
        and_(jobs.c.state == JobState.RUNNING, jobs.c.beat_at < now - jobs_of_people.LEASE),
    )


def is_attempt(job: Job) -> ColumnElement[bool]:
    """The condition that this attempt of the job runs, and no later one."""
    return and_(
        jobs.c.key == job.key,
        jobs.c.state == JobState.RUNNING,
        jobs.c.attempts == job.attempts,
    )


def _ended(state: JobState, now: datetime, fault: str) -> dict[str, object]:
    return {
        "state": state,
        "ended_at": now,
        "beat_at": None,
        "step": "",
        "is_cancelling": False,
        "refusal": "",
        "fault": fault,
    }


def _values(job: Job) -> dict[str, object]:
    return {
        "key": job.key,
        "kind": job.kind,
        "options": dict(job.options),
        "basis": job.basis,
        "version": job.version,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at,
        "state": job.state,
        "due_at": job.due_at,
        "attempts": job.attempts,
        "attempts_limit": job.attempts_limit,
        "worker": job.worker,
        "step": job.progress.step,
        "done": job.progress.done,
        "total": job.progress.total,
        "started_at": job.started_at,
        "beat_at": job.beat_at,
        "ended_at": job.ended_at,
        "is_cancelling": job.is_cancelling,
        "refusal": job.refusal,
        "result": None if job.result is None else dict(job.result),
        "fault": job.fault,
    }


def _job(row: Row[Any]) -> Job:
    return Job(
        key=row.key,
        kind=row.kind,
        options=row.options,
        basis=row.basis,
        version=row.version,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        due_at=row.due_at,
        attempts=row.attempts,
        attempts_limit=row.attempts_limit,
        worker=row.worker,
        progress=JobProgress(step=row.step, done=row.done, total=row.total),
        started_at=row.started_at,
        beat_at=row.beat_at,
        ended_at=row.ended_at,
        is_cancelling=row.is_cancelling,
        refusal=row.refusal,
        result=row.result,
        fault=row.fault,
    )
