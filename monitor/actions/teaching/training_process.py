"""Training in this process, which tells the database every few seconds that it works.

The process is that of a command or of a job, so that pages and polls never wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.teaching import trainings
from monitor.actions.teaching.candidates import TrainedCandidate
from monitor.domain.errors import StoreError
from monitor.runtime import build, clock
from monitor.store.teaching.pack_training import PackTraining

if TYPE_CHECKING:
    from monitor.settings.sections import Settings

BEAT = timedelta(seconds=5)


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
