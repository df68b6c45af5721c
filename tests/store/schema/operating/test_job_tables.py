"""The tables of jobs and workers hold every field of their nouns."""

from __future__ import annotations

from dataclasses import fields

from monitor.domain.jobs.job import Job, JobProgress
from monitor.domain.jobs.worker_process import WorkerProcess
from monitor.store.schema.operating.job_tables import JobRow, WorkerProcessRow


def names(*nouns: type) -> set[str]:
    return {field.name for noun in nouns for field in fields(noun)}


def test_each_field_of_a_job_has_a_column():
    assert set(JobRow.model_fields) == names(Job, JobProgress) - {"progress"}


def test_each_field_of_a_worker_has_a_column():
    assert set(WorkerProcessRow.model_fields) == names(WorkerProcess)
