"""Files of jobs on both databases: written by one attempt, offered when its job is done."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.jobs.job import KEPT, LEASE, Job, JobKind
from monitor.domain.jobs.job_file import JobFile
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.jobs.test_job_repository import ENTRY, ask, start

DIGEST = "ab" * 32


def write(store: Store, job: Job, *chunks: bytes) -> bool:
    """Write a whole file as an attempt; False when it was lost."""
    return (
        store.job_files.begin(job, "articles.csv", NOW)
        and all(store.job_files.add_chunk(job, *chunk) for chunk in enumerate(chunks))
        and store.job_files.complete(job, sum(map(len, chunks)), DIGEST)
    )


def done(store: Store, job: Job) -> Job:
    """The job after this attempt has ended it."""
    assert store.jobs.finish(job, NOW, {})
    stored = store.jobs.find(job.key)
    assert stored is not None
    return stored


def an_export(store: Store) -> Job:
    ask(store, kind=JobKind.EXPORT)
    return start(store)


def test_a_file_is_offered_whole_when_its_job_is_done(store: Store):
    job = an_export(store)
    assert write(store, job, b"title\r\n", "войска\r\n".encode())
    assert store.job_files.find(job) is None, "the job still runs"
    file = store.job_files.find(done(store, job))
    assert file == JobFile(
        job_key=job.key, attempt=1, name="articles.csv", size=21, sha256=DIGEST, made_at=NOW
    )
    chunks = [store.job_files.read_chunk(file, number) for number in range(3)]
    assert chunks == [b"title\r\n", "войска\r\n".encode(), None]
    assert store.job_files.total_bytes() == 21


def test_an_empty_file_is_a_file(store: Store):
    job = an_export(store)
    assert write(store, job)
    file = store.job_files.find(done(store, job))
    assert file is not None
    assert (file.size, store.job_files.read_chunk(file, 0)) == (0, None)


def test_a_file_that_is_not_whole_is_not_offered(store: Store):
    job = an_export(store)
    assert store.job_files.begin(job, "articles.csv", NOW)
    assert store.job_files.add_chunk(job, 0, b"half")
    assert store.job_files.find(done(store, job)) is None


def test_the_file_of_the_attempt_that_ended_the_job_is_offered(store: Store):
    first = an_export(store)
    assert store.job_files.begin(first, "articles.csv", NOW)
    assert store.job_files.add_chunk(first, 0, b"old")
    second = start(store, "two", LEASE + timedelta(seconds=1))
    assert not store.job_files.add_chunk(first, 1, b"late"), "its job was lost"
    assert not store.job_files.complete(first, 3, DIGEST)
    assert write(store, second, b"new")
    file = store.job_files.find(done(store, second))
    assert file is not None
    assert (file.attempt, store.job_files.read_chunk(file, 0)) == (2, b"new")


def test_nothing_is_written_for_a_job_that_somebody_cancelled(store: Store):
    job = an_export(store)
    assert store.job_files.begin(job, "articles.csv", NOW)
    store.jobs.cancel(job.key, NOW, ENTRY)
    assert not store.job_files.add_chunk(job, 0, b"text")
    assert not store.job_files.complete(job, 0, DIGEST)


def test_a_job_is_not_forgotten_before_its_file(store: Store):
    job = an_export(store)
    assert write(store, job, b"text")
    done(store, job)
    ask(store, name="second", asked_at=NOW + 2 * KEPT)
    assert store.jobs.find(job.key) is not None
    assert store.pruning.step(Pruned.EXPORTS, NOW + KEPT, NOW + KEPT).pruned == 1
    ask(store, name="third", asked_at=NOW + 2 * KEPT)
    assert store.jobs.find(job.key) is None
