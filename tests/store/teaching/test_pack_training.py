"""A training says by itself whether it goes on."""

from __future__ import annotations

from dataclasses import replace

from monitor.store.database.stored_states import TrainingState
from monitor.store.teaching.pack_training import PackTraining
from tests.fakes import NOW


def test_only_a_training_in_the_state_running_goes_on():
    training = PackTraining(
        key="k", topic="wolves", started_at=NOW, started_by="Otto", beat_at=NOW
    )  # fmt: skip
    assert training.is_running
    assert not replace(training, state=TrainingState.FAILED).is_running
    assert not replace(training, state=TrainingState.DONE).is_running
