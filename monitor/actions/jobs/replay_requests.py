"""Story replays on request: the job of every door, the command, the API and the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.jobs import replay_job
from monitor.actions.jobs.job_requests import JobRequest, ask_checked_job
from monitor.actions.operations.configuration import settings_of_file
from monitor.domain.jobs.job import Job, JobKind

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """What to replay, as typed; empty: the last 30 days, until now, the first topic."""

    since: str = ""
    until: str = ""
    topic: str = ""
    reason: str = ""  # for the audit log


def start_replay(
    store: Store, settings: Settings, replay: ReplayOptions, caller: Caller, now: datetime
) -> Job:
    """Store the job of a story replay, which the next free worker does.

    Raise InvalidOption for a wrong `since`, `until` or `topic`; ConfigError, PackError.
    """
    typed = {"since": replay.since, "until": replay.until, "topic": replay.topic}
    options = {name: text.strip() for name, text in typed.items() if text.strip()}
    settings = settings_of_file(settings)
    replay_job.check(store, settings, options, now)
    request = JobRequest(kind=JobKind.STORY_REPLAY, options=options, reason=replay.reason)
    return ask_checked_job(store, settings, request, caller, now)
