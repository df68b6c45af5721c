"""Training as a job: one of a topic at a time, whichever door it was asked for at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access.caller import local_caller
from monitor.actions.jobs.job_site import JobSite
from monitor.actions.option_values import settings_of_topic
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind
from monitor.domain.keys import key_of
from monitor.runtime import topics

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

OPTIONS: Mapping[str, str] = {"topic": "of which topic, by default the first one"}


def check(store: Store, settings: Settings, options: Mapping[str, str], _now: datetime) -> None:
    """Raise ConfigError where nothing can be trained, or a job for it waits or runs already.

    Raise InvalidOption for a topic that is not watched.
    """
    from monitor.actions.teaching import trainings

    topic = options.get("topic", "")
    trainings.check_trainable(store, settings_of_topic(settings, topic))
    job = newest_job(store, settings, topic)
    if job is not None and not job.state.is_over:
        raise ConfigError(
            f"training {job.key[:8]} by {job.asked_by} is {job.state} already: wait for its end,"
            " or cancel it"
        )


def newest_job(store: Store, settings: Settings, topic: str) -> Job | None:
    """The last training of this topic that was asked for as a job; "": of the first topic."""
    first = next(iter(topics.settings_by_topic(settings)))
    for job in store.jobs.list(kind=JobKind.TRAINING):
        if (job.options.get("topic") or first) == (topic or first):
            return job
    return None


def run(site: JobSite, job: Job) -> Mapping[str, object]:
    """Train and compare the candidate; the packs, the marks and the folder of the candidate.

    Raise ConfigError, PackError.
    """
    from monitor.actions.teaching import training_process, trainings

    settings = settings_of_topic(site.settings, job.options.get("topic", ""))
    for attempt in range(1, job.attempts):  # of a worker that died: they hold the topic
        key = training_key(job, attempt)
        site.store.pack_trainings.fail(key, site.clock(), "another worker took over")
    caller = local_caller(job.asked_by, site.clock())
    training = trainings.begin_training(
        site.store, settings, caller, site.clock(), key=training_key(job, job.attempts)
    )
    trained = training_process.train_here(settings, training, on_step=site.step)
    return {
        "current": trained.current,
        "candidate": trained.candidate,
        "marks": trained.marks,
        "folder": str(trained.folder),
    }


def clean_up(store: Store, job: Job, now: datetime) -> None:
    """Let go of the topic, which the training of a cancelled attempt holds."""
    store.pack_trainings.fail(training_key(job, job.attempts), now, "the job was cancelled")


def training_key(job: Job, attempt: int) -> str:
    """The key of the training that an attempt of the job begins."""
    return key_of("training", job.key, str(attempt))
