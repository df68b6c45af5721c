"""Training in a process of its own, so that pages and polls never wait for it.

The process is a child of the one that serves the console.  It has a low priority, tells the
database every few seconds that it works, and ends when its parent does.
"""

from __future__ import annotations

import threading
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.teaching import trainings
from monitor.actions.teaching.candidates import TrainedCandidate
from monitor.domain.errors import ConfigError, MonitorError, StoreError
from monitor.runtime import build, clock, topics
from monitor.runtime.jobs import child_process
from monitor.store.teaching.pack_training import PackTraining

if TYPE_CHECKING:
    from monitor.settings.sections import Settings

BEAT = timedelta(seconds=5)
STOPPED = "the service stopped during the training; train again"


def train_here(
    settings: Settings,
    training: PackTraining,
    *,
    base: Path | None = None,
    on_step: Callable[[str], None] = lambda step: None,
) -> TrainedCandidate:
    """Do a training that was begun, in this process; see `trainings.run_training`."""
    with build.open_store(settings) as store, _beating(settings, training.key):
        return trainings.run_training(
            store, settings, training, clock.now, base=base, on_step=on_step
        )


@contextmanager
def _beating(settings: Settings, key: str) -> Iterator[None]:
    """Tell the database every few seconds that the training goes on."""
    is_over = threading.Event()

    def beat() -> None:
        with build.open_store(settings) as store:
            while not is_over.wait(BEAT.total_seconds()):
                try:
                    store.pack_trainings.beat(key, clock.now())
                except StoreError:  # it is locked or restarts: the lease outlasts some beats
                    continue

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


# ── the parent ───────────────────────────────────────────────────────────────────────────────────


async def start_process(file: Path | None, key: str) -> Process:
    """Start a process for a training that was begun; it reads the settings of this file.

    It ends when its standard input is closed, so also when this process ends.
    """
    module = "monitor.actions.teaching.training_process"
    return await child_process.start_process(module, str(file or ""), key)


async def wait_for_end(process: Process) -> str:
    """Wait for the process; why it failed, empty when it did not.

    When the waiting is cancelled the process is told to end.
    """
    return await child_process.wait_for_end(process, "trained")


# ── the child ────────────────────────────────────────────────────────────────────────────────────


def main(arguments: Sequence[str]) -> None:
    """Do the training of a key with the settings of a file: [file, key]."""
    from monitor.settings import loader

    file, key = arguments
    settings = loader.load(Path(file) if file else None)
    with build.open_store(settings, upgrade=False) as store:
        training = store.pack_trainings.find(key, clock.now())
    if training is None or not training.is_running:
        raise ConfigError(f"no training {key[:12]} waits to be done")
    child_process.work_behind_others()
    child_process.end_with_parent(partial(_store_stop, settings, key))
    of_topic = _of_topic(settings, training.topic)  # the parent stores why there is none
    try:
        train_here(of_topic, training)
    except MonitorError:  # stored with the training, where people look
        return


def _of_topic(settings: Settings, pack: str) -> Settings:
    """The settings with the topic of this `topic.pack` first.

    Raise ConfigError where the file does not name it any more, and as `settings_by_topic`.
    """
    for of_topic in topics.settings_by_topic(settings).values():
        if of_topic.topic.pack == pack:
            return of_topic
    raise ConfigError(f"the topic of the pack {pack!r} is not watched any more: train another one")


def _store_stop(settings: Settings, key: str) -> None:
    """Store that the training ends with the service."""
    with build.open_store(settings, upgrade=False) as store:
        store.pack_trainings.fail(key, clock.now(), STOPPED)
