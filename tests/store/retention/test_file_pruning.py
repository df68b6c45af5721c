"""Old files of jobs are removed in parts, and so is what attempts left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.jobs.job import LEASE
from monitor.store.database.stored_states import Pruned
from monitor.store.retention.file_pruning import CHUNKS_AT_ONCE
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.jobs.test_job_files import an_export, done, write
from tests.store.jobs.test_job_repository import ENTRY, start

DAY = timedelta(days=1)
AFTER, BEFORE = NOW + DAY, NOW - DAY  # everything is older than the first


def steps(store: Store, before=BEFORE) -> list[int]:
    """How many files each step removed, until the last one."""
    pruned = []
    while not (step := store.pruning.step(Pruned.EXPORTS, before, NOW)).is_last:
        pruned.append(step.pruned)
    return pruned


def test_a_file_that_is_offered_is_kept_until_it_is_old(store: Store):
    job = an_export(store)
    write(store, job, b"text")
    job = done(store, job)
    assert store.pruning.prunable(Pruned.EXPORTS, BEFORE).rows == 0
    assert steps(store) == []
    assert store.job_files.find(job) is not None
    assert store.pruning.prunable(Pruned.EXPORTS, AFTER).rows == 1
    assert steps(store, AFTER) == [1]
    assert store.job_files.find(job) is None
    stored = store.jobs.find(job.key)
    assert stored is not None, "the job stays, with its result"


def test_a_large_file_is_removed_in_parts_its_beginning_first(store: Store):
    job = an_export(store)
    write(store, job, *[b"%d" % number for number in range(CHUNKS_AT_ONCE + 1)])
    file = store.job_files.find(done(store, job))
    assert file is not None
    assert store.pruning.step(Pruned.EXPORTS, AFTER, NOW).pruned == 0
    assert store.job_files.read_chunk(file, 0) is None
    assert store.job_files.read_chunk(file, CHUNKS_AT_ONCE) is not None
    assert steps(store, AFTER) == [1]


@pytest.mark.parametrize("end", ["failed", "cancelled", "taken over"])
def test_what_an_attempt_left_is_removed_at_once(store: Store, end: str):
    job = an_export(store)
    store.job_files.begin(job, "articles.csv", NOW)
    store.job_files.add_chunk(job, 0, b"text")
    assert steps(store) == [], "it may still be written to"
    if end == "failed":
        store.jobs.fail(job, NOW, "the file is too large")
    elif end == "cancelled":
        store.jobs.cancel(job.key, NOW, ENTRY)
        store.jobs.end_cancelled(job, NOW)
    else:
        start(store, "two", LEASE + timedelta(seconds=1))
    assert steps(store) == [1]
