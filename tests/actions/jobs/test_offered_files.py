"""Files of jobs: offered until retention removes them; why there is none is told."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event

from monitor.actions.jobs.job_site import JobEnded
from monitor.actions.jobs.offered_files import (
    find_file,
    offered_file,
    read_file,
    whole_job_as_json,
    write_file,
)
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.jobs.job import Job, JobKind, JobState
from monitor.domain.jobs.job_file import CHUNK_BYTES
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store
from tests.jobs import job_worker

PIECES = (b"title\r\n", b"x" * CHUNK_BYTES)


def started(store: Store, kind: JobKind = JobKind.EXPORT) -> Job:
    job = job_worker.ask(store, kind=kind, basis="")
    running = store.jobs.start(job.key, "one", job.asked_at)
    assert running is not None
    return running


def exported(store: Store) -> Job:
    job = started(store)
    write_file(store, job, "articles.csv", PIECES, limit=10**6, clock=clock.now)
    store.jobs.finish(job, clock.now(), {})
    return job_worker.find(store, job)


def test_a_file_is_read_as_it_was_written(wolves: Settings, store: Store):
    job = exported(store)
    file = find_file(store, wolves, job.key[:8])
    assert b"".join(read_file(store, file)) == b"".join(PIECES)
    offered = offered_file(store, wolves, job)
    assert offered is not None
    shown = whole_job_as_json(job, offered)["file"]
    assert shown == {
        "name": "articles.csv",
        "bytes": CHUNK_BYTES + 7,
        "sha256": file.sha256,
        "made_at": offered.as_json()["made_at"],
        "kept_until": offered.as_json()["kept_until"],
    }
    assert offered.kept_until - file.made_at == timedelta(days=7)
    assert whole_job_as_json(job)["file"] is None


def test_why_there_is_no_file_is_told(wolves: Settings, store: Store):
    with pytest.raises(ConfigError, match="no job 'beef'"):
        find_file(store, wolves, "beef")
    waiting = job_worker.ask(store, kind=JobKind.EXPORT, basis="")
    with pytest.raises(ConfigError, match=r"it is waiting \(waits for a worker\)"):
        find_file(store, wolves, waiting.key)
    prune = job_worker.ask(store, "prune")
    with pytest.raises(ConfigError, match="makes no file: only an export does"):
        find_file(store, wolves, prune.key)


def test_a_file_that_retention_removed_is_told_of(wolves: Settings, store: Store):
    job = exported(store)
    file = find_file(store, wolves, job.key)
    chunks = read_file(store, file)
    next(chunks)
    store.pruning.step(Pruned.EXPORTS, clock.now() + timedelta(days=1), clock.now())
    with pytest.raises(ConfigError, match="was removed while it was read"):
        list(chunks)
    with pytest.raises(ConfigError, match=r"it was kept for 7d \(retention.exports\)"):
        find_file(store, wolves, job.key)


def test_an_attempt_that_lost_its_job_stops_writing(store: Store):
    job = started(store)
    lost = replace(job, attempts=2)
    with pytest.raises(JobEnded):
        write_file(store, lost, "articles.csv", PIECES, limit=10**6, clock=clock.now)


def test_a_full_disk_ends_the_attempt_with_a_sentence_and_offers_no_file(
    wolves: Settings, sqlite_url: str
):
    with Store.open(sqlite_url) as store:
        job = started(store)
        engine = store._database.engine
        pages = store._database.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())

        def bound_pages(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages + 1}")

        event.listen(engine, "connect", bound_pages)
        engine.dispose()
        pieces = [Random(1).randbytes(CHUNK_BYTES) for _ in range(8)]  # can't be compressed
        with pytest.raises(StoreError, match="the disk is full: free some space"):
            write_file(store, job, "articles.csv", pieces, limit=10**7, clock=clock.now)
        event.remove(engine, "connect", bound_pages)
        engine.dispose()
        running = job_worker.find(store, job)
        assert running.state is JobState.RUNNING, "its worker lets another attempt follow"
        with pytest.raises(ConfigError, match="has no file: it is running"):
            find_file(store, wolves, job.key)
