"""What a job works with: its store, its settings, its reports, and the file that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.domain.jobs.job import Job, JobProgress
from monitor.domain.jobs.job_file import JobFile

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


class JobEnded(Exception):  # no error: somebody cancelled, or another worker took over
    """Nothing of this attempt is wanted any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSite:
    """What a job works with in its process."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    report: Callable[[JobProgress], None]  # raises when the job was cancelled or lost
    # Stores a file of this name for downloads; raises as `report` does, and for one too large.
    make_file: Callable[[str, Iterable[bytes]], JobFile]

    def step(self, text: str, done: int = 0, total: int = 0) -> None:
        """Report how far the job is."""
        self.report(JobProgress(step=text, done=done, total=total))


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfJob:
    """How jobs of one kind are checked and done."""

    title: str  # for people
    options: Mapping[str, str] = field(default_factory=dict)  # name → what it says, for people
    # Name of an option → the values that it may have; others take any text.
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check: Callable[[Store, Settings, Mapping[str, str], datetime], None] = lambda *values: None
    # What the settings of a worker mean for the job: it is refused where they mean something else.
    basis: Callable[[Settings, Mapping[str, str]], str] = lambda settings, options: ""
    run: Callable[[JobSite, Job], Mapping[str, object]]  # the result, as JSON
    # Gives back what the process of a cancelled attempt held when it was ended.
    clean_up: Callable[[Store, Job, datetime], None] = lambda *values: None
