"""Tests of the documented shapes of teaching against what the actions give."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.teaching.candidates import PackSwitch
from monitor.actions.teaching.training_report import training_as_json
from monitor.store.teaching.pack_training import PackTraining
from monitor.web.api.shapes.teaching_shapes import PackSwitchShape, TrainingShape
from tests.fakes import NOW


def test_a_training_and_a_switch_have_the_documented_fields_and_no_others() -> None:
    training = PackTraining(
        key="k", topic="wolves", started_at=NOW, started_by="Otto", beat_at=NOW
    )  # fmt: skip
    shown = training_as_json(training)
    TypeAdapter(TrainingShape).validate_python(shown)
    assert shown is not None
    assert shown.keys() == TrainingShape.__annotations__.keys()
    switch = PackSwitch(act="promote pack", before="a", in_use="b", faults=()).as_json()
    assert switch.keys() == PackSwitchShape.__annotations__.keys()
