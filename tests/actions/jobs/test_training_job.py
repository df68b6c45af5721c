"""A training as a job makes a candidate; one of a topic at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door, local_caller
from monitor.actions.jobs import job_process, training_job
from monitor.actions.jobs.job_requests import JobRequest, cancel_job, start_job
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining
from tests.actions.jobs.test_job_kinds import a_job, do


def begin(store: Store, settings: Settings, job: Job, now: datetime) -> PackTraining:
    """The training that the first attempt of a job begins; it holds the topic."""
    training = PackTraining(
        key=training_job.training_key(job, 1), topic=settings.topic.pack, started_at=now,
        started_by="Otto", beat_at=now,
    )  # fmt: skip
    entry = AuditEntry(at=now, caller="Otto", door=Door.SERVICE, act="train", target="wolves")
    assert store.pack_trainings.begin(training, entry)
    return training


def test_a_training_makes_a_candidate(wolves: Settings, wolf_store: Store):
    result, reports = do(wolf_store, wolves, a_job(JobKind.TRAINING))
    assert result["candidate"].startswith("wolves@")
    assert any("training on" in progress.step for progress in reports)


def test_a_training_takes_the_topic_over_from_an_attempt_that_died(
    wolves: Settings, wolf_store: Store
):
    job = a_job(JobKind.TRAINING)
    now = clock.now()
    died = begin(wolf_store, wolves, job, now)
    result, _ = do(wolf_store, wolves, replace(job, attempts=2))
    assert result["candidate"].startswith("wolves@")
    stored = wolf_store.pack_trainings.find(died.key, now)
    assert stored is not None
    assert stored.fault == "another worker took over"


def test_a_cancelled_training_lets_go_of_the_topic_at_once(wolves: Settings, wolf_store: Store):
    job, now = a_job(JobKind.TRAINING), clock.now()
    begin(wolf_store, wolves, job, now)
    following = replace(job, key="b" * 32)
    with pytest.raises(ConfigError):
        do(wolf_store, wolves, following)
    job_process.job_work(wolves).clean_up(wolf_store, job, now)
    result, _ = do(wolf_store, wolves, following)
    assert result["candidate"].startswith("wolves@")


def test_a_second_job_for_a_topic_is_refused_while_the_first_one_is_open(
    wolves: Settings, wolf_store: Store
):
    now = clock.now()
    otto = local_caller("Otto", now)
    first = start_job(wolf_store, wolves, JobRequest(kind=JobKind.TRAINING), otto, now)
    assert training_job.newest_job(wolf_store, wolves, "wolves") == first
    named = JobRequest(kind=JobKind.TRAINING, options={"topic": "wolves"})
    with pytest.raises(ConfigError, match=f"training {first.key[:8]} by Otto is waiting already"):
        start_job(wolf_store, wolves, named, otto, now)
    cancel_job(wolf_store, first.key, otto, now)
    assert start_job(wolf_store, wolves, named, otto, now).options == {"topic": "wolves"}
