"""Report of a training: the candidate against the pack in use, as it is stored and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.pack_changes import PackChanges
from monitor.text.formats import short_instant

if TYPE_CHECKING:
    from monitor.actions.teaching.candidates import TrainedCandidate
    from monitor.store.teaching.pack_training import PackTraining


@dataclass(frozen=True, slots=True, kw_only=True)
class LostEvent:
    """A golden event that the pack in use recalls and the candidate does not."""

    key: str
    date: str  # "2024-10-23"
    event: str  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingReport:
    """How a candidate compares, and what it would change."""

    held_out: int  # marks that both packs are compared by
    says_little: bool  # they are too few to tell the packs apart
    mended: int  # held-out marks that only the candidate judges correctly
    broken: int  # held-out marks that only the pack in use judges correctly
    rows: tuple[tuple[str, str, str], ...]  # figure, pack in use, candidate
    figures: Mapping[str, Any]  # the same as numbers, as `model train --json` shows them
    lost: tuple[LostEvent, ...]
    changes: PackChanges

    @property
    def sentence(self) -> str:
        """What the held-out marks say of the two packs."""
        noun = "mark" if self.held_out == 1 else "marks"
        sentence = (
            f"Of {self.held_out:,} held-out {noun} the candidate mends {self.mended:,} and breaks"
            f" {self.broken:,}"
        )
        return (
            f"{sentence}: too few to tell the packs apart." if self.says_little else f"{sentence}."
        )

    def as_json(self) -> JsonObject:
        """The report for programs, and to store."""
        return {
            "held_out": self.held_out,
            "says_little": self.says_little,
            "mended": self.mended,
            "broken": self.broken,
            "rows": [list(row) for row in self.rows],
            "figures": dict(self.figures),
            "golden_lost": [
                {"key": event.key, "date": event.date, "event": event.event} for event in self.lost
            ],
            "changes": self.changes.as_json(),
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> TrainingReport:
        """The report of `as_json`."""
        counts = ("held_out", "says_little", "mended", "broken", "figures")
        return cls(
            **{name: table[name] for name in counts},
            rows=tuple((name, current, candidate) for name, current, candidate in table["rows"]),
            lost=tuple(LostEvent(**event) for event in table["golden_lost"]),
            changes=PackChanges.from_json(table["changes"]),
        )


def make_report(trained: TrainedCandidate, changes: PackChanges) -> TrainingReport:
    """The report of a candidate that was just trained."""
    comparison = trained.comparison
    return TrainingReport(
        held_out=comparison.held_out,
        says_little=comparison.says_little,
        mended=comparison.mended,
        broken=comparison.broken,
        rows=tuple(comparison.rows()),
        figures=comparison.figures(),
        lost=tuple(
            LostEvent(key=event.key, date=event.date.isoformat(), event=event.event)
            for event in comparison.lost
        ),
        changes=changes,
    )


def report_of(training: PackTraining | None) -> TrainingReport | None:
    """The stored report of a training; None without one, or when another version wrote it."""
    if training is None or training.report is None:
        return None
    try:
        return TrainingReport.from_json(training.report)
    except (KeyError, TypeError, ValueError):
        return None


def training_as_json(training: PackTraining | None) -> JsonObject | None:
    """A training for programs, without its report."""
    if training is None:
        return None
    return {
        "state": training.state,
        "step": training.step,
        "started_at": as_json.instant(training.started_at),
        "started_by": training.started_by,
        "ended_at": as_json.instant(training.ended_at),
        "fault": training.fault,
        "marks": training.marks,
        "current": training.current_pack,
        "candidate": training.candidate_pack,
    }


def training_sentence(training: PackTraining) -> str:
    """What a training does, or what became of it."""
    begun = f"the training that {training.started_by} began at {short_instant(training.started_at)}"
    if training.is_running:
        return f"{begun} runs: {training.step}"
    if training.fault:
        return f"{begun} failed: {training.fault}"
    return f"{begun} made {training.candidate_pack} from {training.marks:,} marks"
