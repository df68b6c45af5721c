"""A training gives signs of life while it runs."""

from __future__ import annotations

from monitor.access.caller import local_caller
from monitor.actions.teaching import training_process, trainings
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining


def begin(settings: Settings, store: Store) -> PackTraining:
    now = clock.now()
    return trainings.begin_training(store, settings, local_caller("Otto", now), now)


def newest(store: Store) -> PackTraining:
    training = store.pack_trainings.newest("wolves", clock.now())
    assert training is not None
    return training


def test_a_training_in_this_process_gives_signs_of_life(wolves: Settings, wolf_store: Store):
    training = begin(wolves, wolf_store)
    steps: list[str] = []
    trained = training_process.train_here(wolves, training, on_step=steps.append)
    assert newest(wolf_store).candidate_pack == trained.candidate
    assert newest(wolf_store).beat_at > training.beat_at
    assert len(steps) == 3
