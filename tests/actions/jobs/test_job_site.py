"""The site of a job passes on how far the job is."""

from __future__ import annotations

from monitor.domain.jobs.job import JobProgress
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.jobs.job_sites import a_job_site


def test_a_step_is_reported(wolves: Settings, wolf_store: Store):
    reports: list[JobProgress] = []
    a_job_site(wolf_store, wolves, report=reports.append).step("writing articles", 3, 9)
    assert [progress.sentence for progress in reports] == ["writing articles: 3 of 9"]
