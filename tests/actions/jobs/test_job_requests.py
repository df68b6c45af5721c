"""Jobs are started, cancelled and tried again, each with its entry in the audit log."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs.job_requests import JobRequest, cancel_job, retry_job, start_job
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.settings.sections import Settings
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.fakes import NOW

OTTO = local_caller("Otto", NOW)


def start(store: Store, settings: Settings) -> Job:
    request = JobRequest(kind=JobKind.PRUNE, reason="the disk is nearly full")
    return start_job(store, settings, request, OTTO, NOW)


def test_a_job_is_started_with_who_asked_and_why(wolves: Settings, wolf_store: Store):
    job = start(wolf_store, wolves)
    assert wolf_store.jobs.find(job.key) == job
    assert (job.asked_by, job.state) == ("Otto", JobState.WAITING)
    assert job.basis.startswith("retention texts ")
    (entry,) = wolf_store.audit_log.list(AuditFilter(), 9)
    assert (entry.act, entry.target, entry.reason) == (
        "start job", job.key[:8], "the disk is nearly full",
    )  # fmt: skip


def test_a_wrong_option_stores_nothing(wolves: Settings, wolf_store: Store):
    request = JobRequest(kind=JobKind.PRUNE, options={"length": "3d"})
    with pytest.raises(ConfigError):
        start_job(wolf_store, wolves, request, OTTO, NOW)
    assert wolf_store.jobs.list() == []


def test_a_cancelled_job_waits_again_with_new_attempts(wolves: Settings, wolf_store: Store):
    job = start(wolf_store, wolves)
    with pytest.raises(ConfigError, match="is waiting: only one that failed or was cancelled"):
        retry_job(wolf_store, wolves, job.key, OTTO, NOW)
    assert cancel_job(wolf_store, job.key[:8], OTTO, NOW).state is JobState.CANCELLED
    with pytest.raises(ConfigError, match="is cancelled: only a job that is not over"):
        cancel_job(wolf_store, job.key, OTTO, NOW)
    later = NOW + timedelta(hours=1)
    again = retry_job(wolf_store, wolves, job.key, OTTO, later)
    assert (again.state, again.due_at, again.attempts_limit) == (JobState.WAITING, later, 3)
    acts = [entry.act for entry in wolf_store.audit_log.list(AuditFilter(), 9)]
    assert acts == ["retry job", "cancel job", "start job"]


def test_an_unknown_job_is_named(wolves: Settings, wolf_store: Store):
    with pytest.raises(ConfigError, match="no job 'beef': `monitor jobs list`"):
        cancel_job(wolf_store, "beef", OTTO, NOW)
