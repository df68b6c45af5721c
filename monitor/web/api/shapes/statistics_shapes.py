"""Shapes of coverage, health and settings; tables of statistics are those of the dashboard."""

from __future__ import annotations

from typing_extensions import TypedDict

from monitor.actions.operations.findings import FindingLevel
from monitor.actions.operations.service_health import ServiceStatus
from monitor.domain.feeds import FeedState

Statistics = dict[str, object]


class UnwellFeedShape(TypedDict):
    """A feed that is not read well, and why."""

    key: str
    name: str
    state: FeedState
    why: str


class CoverageCountsShape(TypedDict):
    """What was polled in a span of time, and what came of it."""

    feeds: int
    healthy: int
    polls: int
    failed_polls: int
    unwatched_seconds: int
    read: int
    backlog: int
    flagged: int
    alerted: int
    held: int
    undelivered: int
    suppressed: int
    unwell: list[UnwellFeedShape]


class CoverageShape(TypedDict):
    """Coverage of a span of time, in a sentence and in numbers."""

    at: str
    since: str
    sentence: str
    coverage: CoverageCountsShape


class FindingShape(TypedDict):
    """One result of a check."""

    level: FindingLevel
    subject: str
    finding: str


class ProcessShape(TypedDict):
    """A running process, and whether it has the settings of the file."""

    pid: int
    role: str
    config: str
    since: str
    current: bool
    restart: list[str]
    fault: str
    pack: str


class SettingShape(TypedDict):
    """A setting in force, and the file and line that set it; secrets are masked."""

    setting: str
    value: object
    place: str | None


class HealthShape(TypedDict):
    """The state of the service; files, processes and settings are for admins only."""

    at: str
    sentence: str
    status: ServiceStatus
    reasons: list[str]
    findings: list[FindingShape]
    found_at: str
    standing_faults: dict[str, str]
    processes: list[ProcessShape]
    file: str | None
    config: str
    settings_fault: str | None
    settings: list[SettingShape]


class ConditionListShape(TypedDict):
    """Faults of the service that have not ended: name → sentence."""

    items: dict[str, str]
    next: None


class SettingListShape(TypedDict):
    """Every setting in force, in the order of the file."""

    items: list[SettingShape]
    next: None
