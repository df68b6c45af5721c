"""A report is read back as it was stored; one of another version is left out."""

from __future__ import annotations

from dataclasses import replace

from monitor.actions.teaching.pack_changes import PackChanges
from monitor.actions.teaching.training_report import (
    LostEvent,
    TrainingReport,
    report_of,
    training_as_json,
    training_sentence,
)
from monitor.store.database.stored_states import TrainingState
from monitor.store.teaching.pack_training import PackTraining
from tests.fakes import NOW

CHANGES = PackChanges(
    articles=0, days=7, flagged_before=0, newly=0, no_longer=0, newly_flagged=(),
    no_longer_flagged=(),
)  # fmt: skip
REPORT = TrainingReport(
    held_out=6, says_little=True, mended=1, broken=0, rows=(("precision", "2 of 3", "3 of 3"),),
    figures={"current": {}, "candidate": {}}, changes=CHANGES,
    lost=(LostEvent(key="mill", date="2024-03-01", event="Eleven sheep die."),),
)  # fmt: skip
TRAINING = PackTraining(
    key="k", topic="wolves", started_at=NOW, started_by="Otto", beat_at=NOW, step="comparing"
)  # fmt: skip


def test_a_report_is_read_back_as_it_was_stored():
    stored = replace(TRAINING, report=REPORT.as_json())
    assert report_of(stored) == REPORT
    assert "too few to tell the packs apart" in REPORT.sentence


def test_a_report_of_another_version_and_none_are_left_out():
    assert report_of(replace(TRAINING, report={"held_out": 6})) is None
    assert report_of(TRAINING) is None
    assert report_of(None) is None


def test_a_training_says_what_it_does_and_what_became_of_it():
    assert "Otto began" in training_sentence(TRAINING)
    assert training_sentence(TRAINING).endswith("runs: comparing")
    failed = replace(TRAINING, state=TrainingState.FAILED, fault="no examples")
    assert training_sentence(failed).endswith("failed: no examples")
    done = replace(TRAINING, state=TrainingState.DONE, candidate_pack="wolves@1", marks=31)
    assert training_sentence(done).endswith("made wolves@1 from 31 marks")
    assert training_as_json(done)["candidate"] == "wolves@1"
    assert training_as_json(None) is None
