"""The process of a job: one attempt from the settings file to the stored result."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs import job_process
from monitor.actions.jobs.job_requests import JobRequest, cancel_job, start_job
from monitor.actions.jobs.offered_files import find_file, read_file
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.failpoints import VARIABLE, Point
from monitor.runtime import build, clock
from monitor.runtime.jobs.job_supervisor import JobSupervisor
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.teaching.conftest import TITLES
from tests.jobs.story_data import give_stories

BOUND = 120  # seconds
_OPTIONS = {JobKind.STORY_REPLAY: {"since": "3650d"}}


def ask(store: Store, settings: Settings, kind: JobKind, **options: str) -> Job:
    now = clock.now()
    request = JobRequest(kind=kind, options=options)
    return start_job(store, settings, request, local_caller("Otto", now), now)


async def done(store: Store, settings: Settings, job: Job, times: int = 1) -> Job:
    """The job after so many attempts, each as soon as it may come."""
    ahead = timedelta()
    with closing(build.StoreThread()) as run_in_store:
        supervisor = JobSupervisor(
            store=store,
            run_in_store=run_in_store,
            work=job_process.job_work(settings),
            file=Path(settings.path),
            worker="one",
            clock=lambda: clock.now() + ahead,
        )
        for _ in range(times):
            await asyncio.wait_for(supervisor.do(job.key), BOUND)
            ahead += timedelta(minutes=2)
    stored = store.jobs.find(job.key)
    assert stored is not None
    return stored


@pytest.mark.parametrize("kind", JobKind)
async def test_each_kind_is_done_in_a_process(wolves: Settings, wolf_store: Store, kind: JobKind):
    await asyncio.to_thread(give_stories, wolves, wolf_store)
    stored = await done(wolf_store, wolves, ask(wolf_store, wolves, kind, **_OPTIONS.get(kind, {})))
    assert (stored.state, stored.fault) == (JobState.DONE, "")
    assert stored.result


async def test_a_running_service_does_jobs_by_rules_that_were_edited_since(
    wolves: Settings, wolf_store: Store
):
    add_to_file(wolves, '[[keywords.rules]]\nname = "farms"\nany = ["farm*"]\naction = "flag"\n')
    of_service, of_command = wolves, loader.load(wolves.path)
    assert of_command.decision_digest != of_service.decision_digest
    for asking in (of_service, of_command):
        job = ask(wolf_store, asking, JobKind.BACKTEST, length="3650d")
        assert job.basis.endswith(of_command.decision_digest)
        stored = await done(wolf_store, of_service, job)
        assert (stored.state, stored.refusal) == (JobState.DONE, "")
        assert stored.result is not None
        assert len(stored.result["gained"]) == len(TITLES)


async def test_while_the_file_is_refused_a_job_waits_with_the_reason(
    wolves: Settings, wolf_store: Store
):
    job = ask(wolf_store, wolves, JobKind.PRUNE)
    add_to_file(wolves, "[nonsense]\n")
    stored = await done(wolf_store, wolves, job)
    assert (stored.state, stored.attempts) == (JobState.WAITING, 0)
    assert "this worker can't do it: the file is wrong as it is" in stored.refusal
    with pytest.raises(ConfigError, match="repair it first"):
        ask(wolf_store, wolves, JobKind.PRUNE)


def add_to_file(settings: Settings, text: str) -> None:
    """Add lines to the settings file."""
    file = Path(settings.path)
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{text}", encoding="utf-8")


async def test_what_the_operator_must_correct_is_a_failure_without_another_attempt(
    wolves: Settings, wolf_store: Store
):
    job = ask(wolf_store, wolves, JobKind.TRAINING)
    examples = wolves.folder / "wolves" / "examples"
    examples.rename(examples.with_name("gone"))
    stored = await done(wolf_store, wolves, job)
    assert (stored.state, stored.attempts) == (JobState.FAILED, 1)
    assert "has no examples" in stored.fault


async def test_a_job_that_kills_its_process_is_given_up(
    wolves: Settings, wolf_store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, Point.JOB.value)
    stored = await done(wolf_store, wolves, ask(wolf_store, wolves, JobKind.PRUNE), times=3)
    assert (stored.state, stored.attempts) == (JobState.FAILED, 3)
    assert "was ended by SIGKILL" in stored.fault


async def test_the_file_of_an_export_is_read_where_it_was_not_made(
    wolves: Settings, wolf_store: Store
):
    job = await done(wolf_store, wolves, ask(wolf_store, wolves, JobKind.EXPORT, all="yes"))
    with Store.open(wolves.database_url) as elsewhere:
        content = b"".join(read_file(elsewhere, find_file(elsewhere, wolves, job.key)))
    assert content.count(b"\n") == 6
    assert job.result is not None
    assert job.result["sha256"] == sha256(content).hexdigest()


async def test_an_export_that_gets_too_large_has_failed_with_what_to_do(
    wolves: Settings, wolf_store: Store
):
    job = ask(wolf_store, wolves, JobKind.EXPORT, all="yes")
    started = wolf_store.jobs.start(job.key, "one", clock.now())
    assert started is not None
    jobs = wolves.jobs.model_copy(update={"max_file_bytes": 10})
    with Store.open(wolves.database_url) as reports:
        small = wolves.model_copy(update={"jobs": jobs})
        job_process.do_attempt(wolf_store, reports, small, started)
    stored = wolf_store.jobs.find(job.key)
    assert stored is not None
    assert stored.state is JobState.FAILED
    assert "restrict the articles, or write the file with `monitor export`" in stored.fault


def test_an_attempt_that_was_lost_is_not_done(wolves: Settings, wolf_store: Store):
    job = ask(wolf_store, wolves, JobKind.PRUNE)
    with pytest.raises(ConfigError, match="no attempt 1 of a job"):
        job_process.main([str(wolves.path), job.key, "1"])


def test_a_job_that_was_cancelled_stops_at_its_next_report(wolves: Settings, wolf_store: Store):
    job = ask(wolf_store, wolves, JobKind.BACKTEST, length="3650d")
    now, caller = clock.now(), local_caller("Otto", clock.now())
    started = wolf_store.jobs.start(job.key, "one", now)
    assert started is not None
    cancel_job(wolf_store, job.key, caller, now)
    with Store.open(wolves.database_url) as reports:
        job_process.do_attempt(wolf_store, reports, wolves, started)
    stored = wolf_store.jobs.find(job.key)
    assert stored is not None
    assert (stored.state, stored.result) == (JobState.RUNNING, None)  # its worker ends it
