"""The values are stored: an old database must go on working."""

from __future__ import annotations

from monitor.store.database.stored_states import Pruned, TrainingState


def test_the_values_are_those_that_databases_hold():
    assert list(Pruned) == ["articles", "texts", "attempts", "events", "exports"]
    assert list(TrainingState) == ["running", "done", "failed"]
