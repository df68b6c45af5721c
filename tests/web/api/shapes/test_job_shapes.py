"""The shapes of jobs have the keys of what the actions make."""

from __future__ import annotations

from dataclasses import replace

from monitor.actions.jobs.job_lists import JobList, ListedWorker, job_as_json
from monitor.actions.jobs.offered_files import whole_job_as_json
from monitor.domain.jobs.job import Job, JobKind
from monitor.runtime.jobs.worker_presence import new_worker
from monitor.web.api.shapes import job_shapes as shapes
from tests.fakes import NOW

JOB = Job(
    key="a" * 32, kind=JobKind.PRUNE, version="0.1.0", asked_by="Otto", asked_at=NOW, due_at=NOW
)


def test_a_job_has_the_keys_of_its_shape():
    assert set(job_as_json(JOB)) == set(shapes.JobShape.__annotations__)
    whole = whole_job_as_json(replace(JOB, result={}))
    assert set(whole) == set(shapes.WholeJobShape.__annotations__)
    assert set(JobList(jobs=(JOB,)).as_json()) == set(shapes.JobListShape.__annotations__)


def test_a_worker_has_the_keys_of_its_shape():
    listed = ListedWorker(worker=new_worker("worker", 1, NOW), is_alive=True, jobs=())
    assert set(listed.as_json()) == set(shapes.WorkerShape.__annotations__)
    assert set(shapes.WorkerListShape.__annotations__) == {"items"}
