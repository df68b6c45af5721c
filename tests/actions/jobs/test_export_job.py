"""An export as a job writes what `monitor export` writes, byte for byte."""

from __future__ import annotations

import pytest

from monitor.access.caller import local_caller
from monitor.actions.jobs import export_job
from monitor.actions.jobs.job_requests import JobRequest, start_job
from monitor.actions.jobs.offered_files import write_file
from monitor.actions.reading.exports import ExportFormat, ExportRequest, export_articles
from monitor.domain.errors import ConfigError
from monitor.domain.jobs.job import Job, JobKind, JobProgress
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.jobs.job_sites import a_job_site


def run(
    store: Store, settings: Settings, limit: int = 1_000_000, **options: str
) -> tuple[Job, dict[str, object], list[JobProgress]]:
    """The job after it was done, its result and its reports."""
    now, reports = clock.now(), list[JobProgress]()
    request = JobRequest(kind=JobKind.EXPORT, options=options)
    asked = start_job(store, settings, request, local_caller("Otto", now), now)
    job = store.jobs.start(asked.key, "one", now)
    assert job is not None

    def make_file(name, pieces):
        return write_file(store, job, name, pieces, limit=limit, clock=clock.now)

    site = a_job_site(store, settings, report=reports.append, make_file=make_file)
    result = dict(export_job.run(site, job))
    store.jobs.finish(job, now, result)
    stored = store.jobs.find(job.key)
    assert stored is not None
    return stored, result, reports


def content(store: Store, job: Job) -> bytes:
    file = store.job_files.find(job)
    assert file is not None
    return store.job_files.read_chunk(file, 0) or b""


@pytest.mark.parametrize(
    ("form", "ending"), [("csv", "csv"), ("jsonl", "jsonl"), ("jsonfeed", "json")]
)
def test_the_file_is_what_the_command_writes(wolves: Settings, wolf_store: Store, form, ending):
    job, result, reports = run(wolf_store, wolves, format=form, all="yes")
    request = ExportRequest(format=ExportFormat(form), include_rejected=True)
    expected = b"".join(export_articles(wolf_store, request, wolves, job.asked_at))
    assert content(wolf_store, job) == expected
    assert result["file"] == f"articles-{job.asked_at:%Y-%m-%d}.{ending}"
    assert result["bytes"] == len(expected)
    assert reports[0].step == "counting articles"


def test_the_options_restrict_the_articles(wolves: Settings, wolf_store: Store):
    everything, *_ = run(wolf_store, wolves, all="yes")
    assert content(wolf_store, everything).count(b"\n") == 6
    by_default, *_ = run(wolf_store, wolves)
    flagged = wolf_store.articles.count(flagged=True)
    assert content(wolf_store, by_default).count(b"\n") == flagged
    long_ago, *_ = run(wolf_store, wolves, since="1s", all="yes")
    assert content(wolf_store, long_ago) == b"", "the time is counted from the request"
    rejected, *_ = run(wolf_store, wolves, tier="rejected")
    assert content(wolf_store, rejected).count(b"\n") == 6 - flagged


def test_how_far_it_is_is_reported(
    wolves: Settings, wolf_store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export_job, "_ARTICLES_PER_STEP", 2)
    _, _, reports = run(wolf_store, wolves, all="yes")
    assert [progress.sentence for progress in reports[1:]] == [
        f"writing articles: {number} of 6" for number in (2, 4, 6)
    ]


def test_a_file_that_is_too_large_is_refused(wolves: Settings, wolf_store: Store):
    with pytest.raises(ConfigError, match=r"more than 100 bytes \(jobs.max_file_bytes\): restrict"):
        run(wolf_store, wolves, limit=100, all="yes")
