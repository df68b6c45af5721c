"""Steps of a plan in words."""

from __future__ import annotations

from monitor.actions.setup.setup_step import SetupStep, StepKind


def test_a_step_says_what_changes_from_what_to_what():
    step = SetupStep(
        kind=StepKind.CHANGE,
        noun="subscription",
        name="desk",
        before={"themes": [], "cadence": {"every": "at-once", "budget": None}},
        after={"themes": ["arms"], "cadence": {"every": "daily", "at": "07:30"}},
        perform=lambda store, caller, now: "",
    )
    assert step.sentence == (
        "~ subscription desk: themes none → arms, cadence every=at-once → every=daily at=07:30"
    )
    assert step.as_json()["act"] == "change"
