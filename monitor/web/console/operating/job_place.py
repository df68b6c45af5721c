"""Jobs in the console: the list with its workers, a new one, one with its result."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, HTTPException, Request, Response

from monitor.access.permissions import Act, is_allowed
from monitor.actions.grouping.replay_report import ReplayReport
from monitor.actions.jobs.job_kinds import KINDS
from monitor.actions.jobs.job_lists import find_job, list_jobs, list_workers, state_sentence
from monitor.actions.jobs.job_requests import JobRequest, cancel_job, retry_job, start_job
from monitor.actions.jobs.offered_files import (
    OfferedFile,
    find_file,
    offered_file,
    whole_job_as_json,
)
from monitor.domain.errors import ConfigError, PackError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.store.store import Store
from monitor.text.formats import duration_text
from monitor.web.console import article_lists
from monitor.web.console.frame.flash import Flash
from monitor.web.console.frame.forms import Form, read_form
from monitor.web.console.frame.place_router import PlaceRouter, caller_of
from monitor.web.console.frame.rendering import Parts, render, see_other
from monitor.web.site.context import SiteContext
from monitor.web.site.downloads.job_downloads import file_response

PATH = "/console/jobs"
_RETRIED = (JobState.FAILED, JobState.CANCELLED)


def routes(site: SiteContext) -> APIRouter:
    """The list and each job, as pages and as JSON; the forms of operators."""
    place = PlaceRouter(site)

    @place.get(PATH, Act.READ_JOBS)
    async def page(request: Request) -> Response:
        parts = await site.read(partial(_parts, site, request))
        return render(site, request, "jobs", parts)

    @place.get(PATH + ".json", Act.READ_JOBS)
    async def as_json() -> Response:
        jobs = await site.read(partial(list_jobs, now=site.clock()))
        return article_lists.json_response(jobs.as_json())

    _add_job(place, site)
    _add_forms(place, site)
    return place.router


def _add_job(place: PlaceRouter, site: SiteContext) -> None:
    @place.get(PATH + "/{key}", Act.READ_JOBS)
    async def job_page(request: Request, key: str) -> Response:
        try:
            job, offered = await site.read(partial(_whole_job, site, key))
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        result = None if job.result is None else dict(job.result)
        parts = {
            **_job_parts(request),
            "job": job,
            "offered": offered,
            "kept": duration_text(site.settings.retention.exports),
            "replay": _replay_of(job),
            "result": result and json.dumps(result, ensure_ascii=False, indent=2),
        }
        return render(site, request, "job", parts)

    @place.get(PATH + "/{key}/result.json", Act.READ_JOBS)
    async def job_json(key: str) -> Response:
        try:
            job, offered = await site.read(partial(_whole_job, site, key))
        except ConfigError as error:
            raise HTTPException(404, str(error)) from None
        return article_lists.json_response(whole_job_as_json(job, offered))

    @place.get(PATH + "/{key}/file", Act.EXPORT_ARTICLES)
    async def download(request: Request, key: str) -> Response:
        try:
            file = await site.read(lambda store: find_file(store, site.settings, key))
        except ConfigError as error:
            return see_other(PATH, Flash(text=str(error), is_fault=True))
        return file_response(site, request, file)


def _replay_of(job: Job) -> ReplayReport | None:
    """What a replay of stories found; None for other jobs, and for one that is not done."""
    if job.kind is not JobKind.STORY_REPLAY or job.result is None:
        return None
    return ReplayReport.from_json(job.result)


def _whole_job(site: SiteContext, key: str, store: Store) -> tuple[Job, OfferedFile | None]:
    """The job of this key with its file.  Raise ConfigError."""
    job = find_job(store, key)
    return job, offered_file(store, site.settings, job)


def _add_forms(place: PlaceRouter, site: SiteContext) -> None:
    @place.post(PATH, Act.CHANGE_JOBS)
    async def start(request: Request) -> Response:
        form, caller, now = await read_form(request), caller_of(request), site.clock()

        def write(store: Store) -> Job:
            return start_job(store, site.settings, _request(form), caller, now)

        return await _change(site, write, "Started {kind} {key}; a free worker does it.")

    @place.post(PATH + "/{key}/cancel", Act.CHANGE_JOBS)
    async def cancel(request: Request, key: str) -> Response:
        change = partial(cancel_job, reference=key, caller=caller_of(request), now=site.clock())
        return await _change(site, change, "{kind} {key} ends.")

    @place.post(PATH + "/{key}/retry", Act.CHANGE_JOBS)
    async def retry(request: Request, key: str) -> Response:
        caller, now = caller_of(request), site.clock()

        def write(store: Store) -> Job:
            return retry_job(store, site.settings, key, caller, now)

        return await _change(site, write, "{kind} {key} waits again.")


async def _change(site: SiteContext, change: Callable[[Store], Job], done: str) -> Response:
    try:
        job = await site.write(change)
    except (ConfigError, PackError) as error:
        return see_other(PATH, Flash(text=str(error), is_fault=True))
    text = done.format(kind=job.kind.value, key=job.key[:8])
    return see_other(PATH, Flash(text=text[:1].upper() + text[1:]))


def _request(form: Form) -> JobRequest:
    """The job as typed; empty options are left out.  Raise ConfigError."""
    kind_text = form.text("kind")
    if kind_text not in list(JobKind):
        raise ConfigError(f"{kind_text!r} is no kind of job: choose one from the list")
    kind = JobKind(kind_text)
    typed = {name: form.text(f"{kind}-{name}") for name in KINDS[kind].options}
    options = {name: value for name, value in typed.items() if value}
    return JobRequest(kind=kind, options=options, reason=form.text("reason"))


def _parts(site: SiteContext, request: Request, store: Store) -> Parts:
    now = site.clock()
    return {
        **_job_parts(request),
        "listed": list_jobs(store, now),
        "workers": list_workers(store, now),
        "kinds": KINDS,
        "formats": {"JSON": PATH + ".json"},
    }


def _job_parts(request: Request) -> Parts:
    caller = caller_of(request)
    return {
        "can_change": is_allowed(Act.CHANGE_JOBS, role=caller.role, scopes=caller.scopes),
        "can_download": is_allowed(Act.EXPORT_ARTICLES, role=caller.role, scopes=caller.scopes),
        "sentence": state_sentence,
        "may_cancel": lambda job: not job.state.is_over and not job.is_cancelling,
        "may_retry": lambda job: job.state in _RETRIED,
    }
