"""Trainings of packs on marks, while they run and with their outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.store.database.stored_states import TrainingState


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTraining:
    """A training of a candidate on marks."""

    key: str
    topic: str  # the name of the pack, as in `topic.pack`
    started_at: datetime
    started_by: str
    state: TrainingState = TrainingState.RUNNING
    step: str = ""  # what it does now: "training on 1,203 examples and 31 marks"
    beat_at: datetime  # the last sign of life
    ended_at: datetime | None = None
    fault: str = ""  # why it failed
    marks: int = 0  # that the candidate learned from
    current_pack: str = ""  # the id of the pack that the candidate is compared with
    candidate_pack: str = ""  # the id of the candidate; empty until there is one
    report: Mapping[str, Any] | None = None  # the comparison, as JSON

    @property
    def is_running(self) -> bool:
        """Whether it goes on, as far as is known."""
        return self.state is TrainingState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOutcome:
    """What a training that came to its end has made."""

    marks: int
    current_pack: str
    candidate_pack: str
    report: Mapping[str, Any]
