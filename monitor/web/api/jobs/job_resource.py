"""Jobs and workers: long work is started, followed, cancelled and tried again."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from fastapi import Response
from pydantic import Field

from monitor.access.permissions import Act
from monitor.actions.as_json import JsonObject
from monitor.actions.jobs.job_lists import find_job, list_jobs, list_workers
from monitor.actions.jobs.job_requests import JobRequest, cancel_job, retry_job, start_job
from monitor.actions.jobs.offered_files import find_file, offered_file, whole_job_as_json
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind
from monitor.domain.jobs.job_file import JobFile
from monitor.store.store import Store
from monitor.web.api.conventions.api_models import ApiModel, Flag, NoBody, NoQuery, Whole
from monitor.web.api.conventions.api_router import ApiRouter
from monitor.web.api.conventions.errors_as_problems import found
from monitor.web.api.conventions.operation import Answer, Call
from monitor.web.api.shapes import job_shapes as shapes
from monitor.web.site import problems
from monitor.web.site.downloads.job_downloads import MEDIA_TYPE, file_response
from monitor.web.site.problems import ProblemError

api = ApiRouter()


class JobQuery(ApiModel):
    """Which jobs."""

    open: Flag = Field(False, description="Only those that wait or run.")
    kind: JobKind | None = Field(None, description="Only of this kind.")
    limit: Whole = Field(100, ge=1, le=500, description="How many of the newest.")


@api.get("/jobs", Act.READ_JOBS, JobQuery, shapes.JobListShape)
async def list_all_jobs(call: Call[JobQuery, NoBody]) -> Answer:
    """The newest jobs: who asked, how far they are, and why they failed."""
    query = call.query
    listing = partial(
        list_jobs, now=call.now, open_only=query.open, kind=query.kind, limit=query.limit
    )
    return Answer(content=(await call.read(listing)).as_json(), is_list=True)


@api.get("/jobs/{key}", Act.READ_JOBS, NoQuery, shapes.WholeJobShape)
async def read_job(call: Call[NoQuery, NoBody]) -> Answer:
    """One job with its options, its result and its file."""
    settings = call.site.settings

    def read(store: Store) -> JsonObject:
        job = _job(call, store)
        return whole_job_as_json(job, offered_file(store, settings, job))

    return Answer(content=await call.read(read))


@api.download("/jobs/{key}/file", Act.EXPORT_ARTICLES, NoQuery, MEDIA_TYPE)
async def download_file(call: Call[NoQuery, NoBody]) -> Response:
    """The file that an export made; 409 with the reason where there is none, or none any more."""
    settings = call.site.settings

    def find(store: Store) -> JobFile:
        return find_file(store, settings, _job(call, store).key)

    try:
        file = await call.read(find)
    except ConfigError as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None
    return file_response(call.site, call.request, file)


class JobBody(ApiModel):
    """What to do."""

    kind: JobKind
    options: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "`length` and `rules` of a backtest, `topic` of a training; of an export `format`,"
            " `since`, `theme`, `subscription`, `tier` and `all`; of a story replay `since`,"
            " `until` and `topic`."
        ),
    )
    reason: str = Field("", max_length=1_000, description="For the audit log.")


@api.create("/jobs", Act.CHANGE_JOBS, JobBody, shapes.WholeJobShape)
async def start_new_job(call: Call[NoQuery, JobBody]) -> Answer:
    """Start a job, which the next free worker does."""
    body = call.body
    request = JobRequest(kind=body.kind, options=body.options, reason=body.reason)
    start = partial(
        start_job, settings=call.site.settings, request=request, caller=call.caller, now=call.now
    )
    job = await call.write(start)
    location = {"location": f"{call.request.url.path}/{job.key}"}
    return Answer(content=whole_job_as_json(job), status=201, headers=location)


@api.post("/jobs/{key}/cancel", Act.CHANGE_JOBS, NoBody, shapes.WholeJobShape)
async def cancel_one_job(call: Call[NoQuery, NoBody]) -> Answer:
    """End a job: one that waits at once, one that runs within a few seconds."""
    return await _change(call, partial(cancel_job, caller=call.caller, now=call.now))


@api.post("/jobs/{key}/retry", Act.CHANGE_JOBS, NoBody, shapes.WholeJobShape)
async def retry_one_job(call: Call[NoQuery, NoBody]) -> Answer:
    """Let a job that failed or was cancelled wait again, for the settings of now."""
    settings = call.site.settings

    def retry(store: Store, *, reference: str) -> Job:
        return retry_job(store, settings, reference, call.caller, call.now)

    return await _change(call, retry)


@api.get("/workers", Act.READ_JOBS, NoQuery, shapes.WorkerListShape)
async def list_all_workers(call: Call[NoQuery, NoBody]) -> Answer:
    """Every process of the service that was seen within a day, and what it works on."""
    listed = await call.read(partial(list_workers, now=call.now))
    return Answer(content={"items": [worker.as_json() for worker in listed]}, is_list=True)


class _Change(Protocol):
    """A change of a job by its key."""

    def __call__(self, store: Store, /, *, reference: str) -> Job:
        """Raise ConfigError."""


async def _change(call: Call[NoQuery, NoBody], change: _Change) -> Answer:
    def write(store: Store) -> Job:
        return change(store, reference=_job(call, store).key)

    try:
        return Answer(content=whole_job_as_json(await call.write(write)))
    except ConfigError as error:
        raise ProblemError(problems.CONFLICT, str(error)) from None


def _job(call: Call[NoQuery, NoBody], store: Store) -> Job:
    """Raise ProblemError (404)."""
    return found(lambda: find_job(store, call.key))
