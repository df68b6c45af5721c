"""Tests of the shapes of the setup as code."""

from __future__ import annotations

from monitor.actions.setup.setup_step import SetupStep, StepKind
from monitor.web.api.shapes.installation_shapes import SetupStepShape


def test_a_step_has_the_keys_of_its_json() -> None:
    step = SetupStep(kind=StepKind.ADD, noun="feed", name="wire", perform=lambda *_: "")
    assert step.as_json().keys() == SetupStepShape.__annotations__.keys()
