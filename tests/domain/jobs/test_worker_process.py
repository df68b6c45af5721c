"""Workers: alive or not, with a right clock or not, and which jobs they leave to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.jobs.job import Job, JobKind
from monitor.domain.jobs.worker_process import (
    MOST_SKEW,
    SEEN_WITHIN,
    WorkerProcess,
    clock_fault,
    refusal,
    version_order,
)
from tests.fakes import NOW

JOB = Job(
    key="a" * 32, kind=JobKind.BACKTEST, basis="pack wolves@1f", version="0.9.0", asked_by="Otto",
    asked_at=NOW, due_at=NOW,
)  # fmt: skip


def test_a_worker_is_alive_while_it_is_seen():
    worker = WorkerProcess(
        key="a", name="db2-1", role="worker", host="db2", version="0.1.0", basis="",
        jobs_at_once=1, started_at=NOW, seen_at=NOW,
    )  # fmt: skip
    assert worker.is_alive(NOW + SEEN_WITHIN - timedelta(seconds=1))
    assert not worker.is_alive(NOW + SEEN_WITHIN)


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (timedelta(hours=2), "7,200 s ahead of that of the database"),
        (timedelta(minutes=-1), "60 s behind that of the database"),
    ],
)
def test_a_wrong_clock_is_told(skew, words):
    assert words in clock_fault(skew)


def test_a_clock_that_is_nearly_right_will_do():
    assert clock_fault(MOST_SKEW) == clock_fault(-MOST_SKEW) == ""


def test_a_job_is_refused_by_an_older_program_and_by_other_settings():
    assert refusal(JOB, version="0.9.0", basis="pack wolves@1f") == ""
    assert refusal(JOB, version="0.10.0", basis="pack wolves@1f") == ""
    assert "update it" in refusal(JOB, version="0.8.9", basis="pack wolves@1f")
    assert "ask again" in refusal(JOB, version="0.9.0", basis="pack wolves@2c")
    assert refusal(replace(JOB, basis=""), version="0.9.0", basis="pack wolves@2c") == ""


def test_versions_are_compared_by_their_numbers():
    assert version_order("0.10.2") > version_order("0.9.9")
    assert version_order("1.0rc1") == (1, 0)
    assert version_order("unknown") == ()
