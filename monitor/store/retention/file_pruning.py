"""Pruning of files that jobs made: old ones, and what attempts left that did not end the job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select

from monitor.domain.jobs.job import JobState
from monitor.store.schema.tables import job_file_chunks, job_files, jobs

CHUNKS_AT_ONCE = 20  # of one transaction: about a megabyte of a compressed table of articles

# No process writes to it any more, and nobody is offered it.
_IS_LEFT_OVER = exists().where(
    jobs.c.key == job_files.c.job_key,
    or_(
        jobs.c.state.in_([JobState.FAILED, JobState.CANCELLED]),
        jobs.c.attempts > job_files.c.attempt,
    ),
)


def prune_oldest(connection: Connection, before: datetime) -> int | None:
    """Remove some chunks of the oldest file that was made before then, the first ones first.

    Return how many files are gone with them: 1, or 0 while chunks are left; None where there is
    no such file.
    """
    oldest = select(job_files.c.job_key, job_files.c.attempt).where(_is_prunable(before))
    file = connection.execute(oldest.order_by(job_files.c.made_at).limit(1)).first()
    if file is None:
        return None
    is_of_file = and_(
        job_file_chunks.c.job_key == file.job_key, job_file_chunks.c.attempt == file.attempt
    )
    first = select(job_file_chunks.c.number).where(is_of_file)
    first = first.order_by(job_file_chunks.c.number).limit(CHUNKS_AT_ONCE)
    numbers = connection.scalars(first).all()
    connection.execute(
        delete(job_file_chunks).where(is_of_file, job_file_chunks.c.number.in_(numbers))
    )
    if len(numbers) == CHUNKS_AT_ONCE:
        return 0
    is_file = and_(job_files.c.job_key == file.job_key, job_files.c.attempt == file.attempt)
    return connection.execute(delete(job_files).where(is_file)).rowcount


def count_prunable(connection: Connection, before: datetime) -> int:
    """How many files were made before then, or are left over."""
    query = select(func.count()).select_from(job_files).where(_is_prunable(before))
    return connection.scalar(query) or 0


def _is_prunable(before: datetime) -> ColumnElement[bool]:
    return or_(job_files.c.made_at < before, _IS_LEFT_OVER)
