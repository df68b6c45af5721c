"""State of the service and its settings, as the console shows them: the words of `doctor`.

The settings are those of the file as it is now; each running process says which version it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.operations import checks
from monitor.actions.operations.configuration import (
    EffectiveSetting,
    effective_settings,
    settings_now,
)
from monitor.actions.operations.findings import Finding, FindingLevel
from monitor.actions.operations.service_health import HealthStatus, ServiceStatus
from monitor.runtime import status_file
from monitor.runtime.status_file import RunningSettings

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


# Of findings that name no receiver, file or address.
PUBLIC_SUBJECTS = frozenset({"last day", "polling", "feeds", "search"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """A running process, and the version of the settings that it has."""

    running: RunningSettings
    has_current: bool  # it decides by the settings that the file has now

    @property
    def sentence(self) -> str:
        """What a person should know of it."""
        if self.running.fault:
            return f"refuses the file: {self.running.fault}"
        if self.running.restart:
            return f"has to be restarted for: {', '.join(self.running.restart)}"
        return "has the settings of the file" if self.has_current else "has earlier settings"

    def as_json(self) -> JsonObject:
        """The process as programs read it."""
        running = self.running
        return {
            "pid": running.pid,
            "role": running.role,
            "config": running.config,
            "since": running.since,
            "current": self.has_current,
            "restart": list(running.restart),
            "fault": running.fault,
            "pack": running.pack,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFindings:
    """What `doctor` says of the database, the feeds, the search and the alerts at one instant."""

    at: datetime
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """Health, processes, standing faults and settings at one instant, and the last findings."""

    at: datetime
    health: HealthStatus  # the answer of `/healthz`
    findings: tuple[Finding, ...]  # what `doctor` says, except of what only it tries
    found_at: datetime  # when the database was looked at for the findings
    faults: Mapping[str, str]  # of the service, as they were reported: name → sentence
    processes: tuple[ProcessState, ...]
    file: Path | None
    config: str  # digest of the settings that decide, as the file has them
    settings: tuple[EffectiveSetting, ...]
    settings_fault: str  # why the file is refused as it is now; "" when it is not

    @property
    def sentence(self) -> str:
        """ "Degraded: 2 of 53 feeds can't be read." """
        if self.health.status is ServiceStatus.OK:
            return "The service works normally."
        return f"The service is {self.health.status}: {'; '.join(self.health.reasons)}."

    def in_trouble(self) -> tuple[Finding, ...]:
        """The findings that are worth knowing, faults first."""
        order = (FindingLevel.FAULT, FindingLevel.WARNING)
        unwell = [finding for finding in self.findings if finding.level in order]
        return tuple(sorted(unwell, key=lambda finding: order.index(finding.level)))

    def as_json(self) -> JsonObject:
        """All of it; secrets are masked."""
        return {
            "at": instant(self.at),
            "sentence": self.sentence,
            "status": self.health.status,
            "reasons": list(self.health.reasons),
            "findings": [finding.as_json() for finding in self.findings],
            "found_at": instant(self.found_at),
            "standing_faults": dict(self.faults),
            "processes": [process.as_json() for process in self.processes],
            "file": str(self.file) if self.file else None,
            "config": self.config,
            "settings_fault": self.settings_fault or None,
            "settings": [setting.as_json() for setting in self.settings],
        }


def store_findings(
    store: Store, started: Settings, now: datetime, file: Path | None
) -> StoreFindings:
    """The findings about the database; with a million articles they take longest of all."""
    settings, _fault = settings_now(started, file)
    findings = checks.database_findings(store, settings, now)
    return StoreFindings(at=now, findings=tuple(findings))


def service_state(
    store: Store,
    started: Settings,
    health: HealthStatus,
    last_findings: StoreFindings,
    now: datetime,
    file: Path | None,
) -> ServiceState:
    """The state of the service whose pages ask; `started` are the settings that they began with.

    Nothing is tried: no mail server is called and no pack is loaded; `monitor doctor` does that.
    """
    settings, fault = settings_now(started, file)
    running = list(status_file.read(file.absolute(), now)) if file else []
    return ServiceState(
        at=now,
        health=health,
        findings=(*last_findings.findings, *checks.check_running_services(file, now)),
        found_at=last_findings.at,
        faults=store.service_faults.all(),
        processes=tuple(
            ProcessState(
                running=status,
                has_current=not fault and status.config == settings.decision_digest,
            )
            for status in running
        ),
        file=file,
        config=settings.decision_digest,
        settings=tuple(effective_settings(settings)),
        settings_fault=fault,
    )


def public_state(state: ServiceState) -> ServiceState:
    """What everybody may know who is signed in: no settings, files, processes and receivers."""
    findings = tuple(finding for finding in state.findings if finding.subject in PUBLIC_SUBJECTS)
    return replace(
        state, findings=findings, processes=(), file=None, settings=(), settings_fault=""
    )
