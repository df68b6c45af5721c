"""A training in a process of its own: done, failed, and ended with its parent."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from monitor.access.caller import local_caller
from monitor.actions.teaching import training_process, trainings
from monitor.actions.teaching.training_process import start_process, wait_for_end
from monitor.domain.errors import ConfigError
from monitor.runtime import clock
from monitor.settings.sections import Settings
from monitor.store.database.stored_states import TrainingState
from monitor.store.store import Store
from monitor.store.teaching.pack_training import PackTraining

BOUND = 60  # seconds


def begin(settings: Settings, store: Store) -> PackTraining:
    now = clock.now()
    return trainings.begin_training(store, settings, local_caller("Otto", now), now)


def newest(store: Store) -> PackTraining:
    training = store.pack_trainings.newest("wolves", clock.now())
    assert training is not None
    return training


async def test_a_process_trains_the_candidate(wolves: Settings, wolf_store: Store):
    training = begin(wolves, wolf_store)
    process = await start_process(wolves.path, training.key)
    assert await asyncio.wait_for(wait_for_end(process), BOUND) == ""
    assert (newest(wolf_store).state, newest(wolf_store).key) == (TrainingState.DONE, training.key)
    assert newest(wolf_store).candidate_pack.startswith("wolves@")


async def test_a_failure_is_stored_by_the_process_itself(wolves: Settings, wolf_store: Store):
    examples = wolves.folder / "wolves" / "examples"
    examples.rename(examples.with_name("gone"))
    training = begin(wolves, wolf_store)
    process = await start_process(wolves.path, training.key)
    assert await asyncio.wait_for(wait_for_end(process), BOUND) == ""
    assert "has no examples" in newest(wolf_store).fault


async def test_a_topic_that_left_the_settings_meanwhile_is_named_and_no_other_one_is_trained(
    wolves: Settings, wolf_store: Store
):
    training = begin(wolves, wolf_store)
    assert wolves.path is not None
    text = wolves.path.read_text()
    wolves.path.write_text(text.replace('pack = "wolves"', 'pack = "undersea-cables"'))
    process = await start_process(wolves.path, training.key)
    fault = await asyncio.wait_for(wait_for_end(process), BOUND)
    assert "the topic of the pack 'wolves' is not watched any more" in fault


async def test_a_training_that_nobody_began_is_refused(wolves: Settings, wolf_store: Store):
    process = await start_process(wolves.path, "no such key")
    fault = await asyncio.wait_for(wait_for_end(process), BOUND)
    assert "no training no such key waits to be done" in fault


async def test_the_process_ends_with_its_parent_and_says_so(wolves: Settings, wolf_store: Store):
    training = begin(wolves, wolf_store)
    process = await start_process(wolves.path, training.key)
    waiting = asyncio.ensure_future(wait_for_end(process))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert process.returncode is not None


def test_a_process_whose_input_ends_stores_that_the_service_stopped(
    wolves: Settings, wolf_store: Store
):
    training = begin(wolves, wolf_store)
    code = (
        "import sys; from pathlib import Path; from monitor.settings import loader;"
        "from monitor.actions.teaching import training_process as t;"
        "from monitor.runtime.jobs import child_process as c; from functools import partial;"
        "c.wait_for_parent(partial(t._store_stop, loader.load(Path(sys.argv[1])), sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, str(wolves.path), training.key]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True, timeout=BOUND)
    assert newest(wolf_store).fault == training_process.STOPPED


def test_a_training_in_this_process_gives_signs_of_life(wolves: Settings, wolf_store: Store):
    training = begin(wolves, wolf_store)
    steps: list[str] = []
    trained = training_process.train_here(wolves, training, on_step=steps.append)
    assert newest(wolf_store).candidate_pack == trained.candidate
    assert newest(wolf_store).beat_at > training.beat_at
    assert len(steps) == 3


def test_the_child_refuses_a_training_that_ended(wolves: Settings, wolf_store: Store):
    training = begin(wolves, wolf_store)
    wolf_store.pack_trainings.fail(training.key, clock.now(), "stopped")
    with pytest.raises(ConfigError, match="waits to be done"):
        training_process.main([str(wolves.path), training.key])
