"""Job sites for tests: what a job works with, without a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.actions.jobs.job_site import JobSite
from monitor.domain.jobs.job import JobProgress
from monitor.domain.jobs.job_file import JobFile
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store


def no_file(name: str, pieces: Iterable[bytes]) -> JobFile:
    """For jobs that make none."""
    raise AssertionError(f"the file {name} was not expected")


def a_job_site(
    store: Store,
    settings: Settings,
    *,
    report: Callable[[JobProgress], None] = lambda progress: None,
    make_file: Callable[[str, Iterable[bytes]], JobFile] = no_file,
) -> JobSite:
    """A site by the clock of this machine."""
    return JobSite(
        store=store, settings=settings, clock=clock.now, report=report, make_file=make_file
    )
