"""Jobs on request: start one, cancel it, try it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor import __version__
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.jobs.job_kinds import basis_of, check_options
from monitor.actions.jobs.job_lists import find_job
from monitor.actions.operations.configuration import settings_of_file
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import MOST_ATTEMPTS, Job, JobKind, JobProgress, JobState

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

START, CANCEL, RETRY = "start job", "cancel job", "retry job"  # in the audit log
_SHOWN_OPTION = 200  # characters of an option in the audit log


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What to do, and why."""

    kind: JobKind
    options: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""  # for the audit log


def start_job(
    store: Store, settings: Settings, request: JobRequest, caller: Caller, now: datetime
) -> Job:
    """Store a job that the next free worker does by the settings of the file as it is now.

    Raise InvalidOption for an option that is wrong; ConfigError, PackError.
    """
    settings = settings_of_file(settings)
    check_options(store, settings, request.kind, request.options, now)
    return ask_checked_job(store, settings, request, caller, now)


def ask_checked_job(
    store: Store, settings: Settings, request: JobRequest, caller: Caller, now: datetime
) -> Job:
    """Store a job whose options were checked.  Raise ConfigError, PackError."""
    job = Job(
        key=uuid4().hex,
        kind=request.kind,
        options=dict(request.options),
        basis=basis_of(settings, request.kind, request.options),
        version=__version__,
        asked_by=caller.name,
        asked_at=now,
        due_at=now,
    )
    shown = {name: value[:_SHOWN_OPTION] for name, value in job.options.items()}
    changed = Changed(after={"kind": job.kind.value, **shown}, reason=request.reason)
    store.jobs.ask(job, audit_log.entry_of(caller, START, job.key[:8], now, changed))
    return job


def cancel_job(store: Store, reference: str, caller: Caller, now: datetime) -> Job:
    """End a job that waits; ask for the end of one that runs, which takes a few seconds.

    Raise ConfigError when there is none of this key, or when it is over.
    """
    job = find_job(store, reference)
    changed = Changed(before={"state": job.state.value})
    entry = audit_log.entry_of(caller, CANCEL, job.key[:8], now, changed)
    cancelled = store.jobs.cancel(job.key, now, entry)
    if cancelled is None:
        state = find_job(store, job.key).state
        raise ConfigError(f"job {job.key[:8]} is {state}: only a job that is not over can be ended")
    return cancelled


def retry_job(
    store: Store, settings: Settings, reference: str, caller: Caller, now: datetime
) -> Job:
    """Let a job that failed or was cancelled wait again, for the settings of now.

    Raise ConfigError when there is none of this key, or when it is done, waits or runs.
    """
    job, settings = find_job(store, reference), settings_of_file(settings)
    check_options(store, settings, job.kind, job.options, job.asked_at)
    again = replace(
        job,
        basis=basis_of(settings, job.kind, job.options),
        version=__version__,
        state=JobState.WAITING,
        due_at=now,
        attempts_limit=job.attempts + MOST_ATTEMPTS,
        progress=JobProgress(),
        started_at=None,
        ended_at=None,
        fault="",
    )
    changed = Changed(before={"state": job.state.value})
    entry = audit_log.entry_of(caller, RETRY, job.key[:8], now, changed)
    if store.jobs.retry(again, entry) is None:
        state = find_job(store, job.key).state
        raise ConfigError(
            f"job {job.key[:8]} is {state}: only one that failed or was cancelled is tried again"
        )
    return again
