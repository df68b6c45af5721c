"""State of teaching, as the console shows it: progress, packs in each role, the last training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.mark_progress import (
    DisagreeingMark,
    MarkProgress,
    MarkTally,
    tally_of_topic,
)
from monitor.actions.teaching.training_report import TrainingReport, report_of, training_as_json
from monitor.domain.errors import PackError
from monitor.runtime import status_file, topic_pack

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings.sections import Settings
    from monitor.store.store import Store
    from monitor.store.teaching.pack_training import PackTraining

_MOST_DISAGREEING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingProcess:
    """A running process, and the pack that it judges by."""

    pid: int
    role: str
    pack: str  # its id; of several topics: their ids, "wolves@1a2b, bears@3c4d"

    @property
    def packs(self) -> list[str]:
        """The id of each pack."""
        return self.pack.split(", ")

    def as_json(self) -> JsonObject:
        """The process for programs."""
        return {"pid": self.pid, "role": self.role, "pack": self.pack}


@dataclass(frozen=True, slots=True, kw_only=True)
class PacksInRoles:
    """The ids of the packs of a topic; empty where a role has none."""

    in_use: str
    candidate: str = ""
    previous: str = ""  # that a rollback leads to; the topic's own is one, too
    has_promoted: bool = False  # there is something to roll back
    fault: str = ""  # why packs can't be promoted here, or which file is damaged

    def as_json(self) -> JsonObject:
        """The packs for programs."""
        return {
            "in_use": self.in_use,
            "candidate": self.candidate or None,
            "previous": self.previous or None,
            "fault": self.fault or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingState:
    """Everything about teaching at one instant."""

    progress: MarkProgress
    disagreeing: tuple[DisagreeingMark, ...]  # the surest pack first, at most 20
    disagreeing_count: int  # all of them
    packs: PacksInRoles
    training: PackTraining | None  # the last one
    report: TrainingReport | None  # of the candidate; None: there is none, or it has no report
    processes: tuple[JudgingProcess, ...]

    @property
    def disagreement_sentence(self) -> str:
        """ "3 of 31 marks disagree with what the pack said." """
        verb = "disagrees" if self.disagreeing_count == 1 else "disagree"
        return (
            f"{self.disagreeing_count:,} of {self.progress.marked:,} marked articles {verb} with"
            " what the pack said when it judged them."
        )

    def behind(self) -> tuple[JudgingProcess, ...]:
        """The processes that judge by another pack than the one in use."""
        in_use = self.packs.in_use
        return tuple(process for process in self.processes if in_use not in process.packs)

    def as_json(self, *, names_articles: bool = True) -> JsonObject:
        """The state for programs; without the names of articles for one that may not read any."""
        shown = self if names_articles else self._without_articles()
        return shown._as_json()

    def _without_articles(self) -> TeachingState:
        report = self.report
        if report is not None:
            changes = replace(report.changes, newly_flagged=(), no_longer_flagged=())
            report = replace(report, changes=changes)
        return replace(self, disagreeing=(), report=report)

    def _as_json(self) -> JsonObject:
        return {
            "progress": self.progress.as_json(),
            "disagreeing": {
                "total": self.disagreeing_count,
                "items": [mark.as_json() for mark in self.disagreeing],
            },
            "packs": self.packs.as_json(),
            "last_training": training_as_json(self.training),
            "comparison": self.report.as_json() if self.report else None,
            "processes": [process.as_json() for process in self.processes],
        }


def teaching_state(
    store: Store, settings: Settings, now: datetime, tally: MarkTally | None = None
) -> TeachingState:
    """The state of teaching the first topic.  No pack is loaded: names are read from files.

    Without a `tally` the marks are read and counted.
    """
    topic, trainings = settings.topic.pack, store.pack_trainings
    tally = tally_of_topic(store, settings) if tally is None else tally
    packs, training = packs_in_roles(settings), trainings.newest(topic, now)
    done = trainings.newest_done(topic, now)
    is_of_candidate = done is not None and done.candidate_pack == packs.candidate
    return TeachingState(
        progress=tally.progress(learned=done.marks if done else 0),
        disagreeing=tally.disagreeing[:_MOST_DISAGREEING],
        disagreeing_count=len(tally.disagreeing),
        packs=packs,
        training=training,
        report=report_of(done) if is_of_candidate else None,
        processes=judging_processes(settings.path, now),
    )


def packs_in_roles(settings: Settings) -> PacksInRoles:
    """Which pack has which role, by the registry's file."""
    from monitor.classify.packs import pack_registry
    from monitor.classify.packs.metadata import read_metadata

    topic_folder = topic_pack.pack_folder(settings)
    shipped = f"{read_metadata(topic_folder).name}@{pack_registry.pack_digest(topic_folder)}"
    name = shipped.partition("@")[0]
    registry = topic_pack.pack_registry(settings)
    if registry is None:
        fault = (
            f"topic.pack = {settings.topic.pack!r} is a path and is used as it is: no candidate"
            " can be promoted here"
        )
        return PacksInRoles(in_use=shipped, fault=fault)
    try:
        roles = registry.roles()
    except PackError as error:
        return PacksInRoles(in_use=shipped, fault=str(error))
    if roles.current is None:
        previous = ""
    else:
        previous = f"{name}@{roles.previous}" if roles.previous else shipped
    return PacksInRoles(
        in_use=f"{name}@{roles.current}" if roles.current else shipped,
        candidate=f"{name}@{roles.candidate}" if roles.candidate else "",
        previous=previous,
        has_promoted=roles.current is not None,
    )


def judging_processes(file: Path | None, now: datetime) -> tuple[JudgingProcess, ...]:
    """The running processes of this configuration that judge articles."""
    if file is None:
        return ()
    return tuple(
        JudgingProcess(pid=running.pid, role=running.role, pack=running.pack)
        for running in status_file.read(file.absolute(), now)
        if running.pack
    )
