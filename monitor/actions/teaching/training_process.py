"""Training in a process of its own, so that pages and polls never wait for it.

The process is a child of the one that serves the console.  It has a low priority, tells the
database every few seconds that it works, and ends when its parent does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.teaching import trainings
from monitor.actions.teaching.candidates import TrainedCandidate
from monitor.domain.errors import ConfigError, MonitorError, StoreError
from monitor.runtime import build, clock, topics
from monitor.store.teaching.pack_training import PackTraining

if TYPE_CHECKING:
    from monitor.settings.sections import Settings

BEAT = timedelta(seconds=5)
STOPPED = "the service stopped during the training; train again"
_EXIT_TIMEOUT = timedelta(seconds=2)  # of the seven that a service has to end
_NICENESS = 10  # polls and pages go first
_MOST_OF_AN_ERROR = 400  # characters

# The child gets our import path, and nothing from its working directory.
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " importlib.import_module(sys.argv[2]).main(sys.argv[3:])"
)


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
    path = json.dumps([folder for folder in sys.path if folder])
    module = "monitor.actions.teaching.training_process"
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _START, path, module, str(file or ""), key),
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,  # ^C in the terminal goes to the parent only
    )


async def wait_for_end(process: Process) -> str:
    """Wait for the process; why it failed, empty when it did not.

    When the waiting is cancelled the process is told to end.
    """
    try:
        errors = await process.stderr.read() if process.stderr else b""
        code = await process.wait()
    finally:
        await _end(process)
    return exit_fault(code, errors.decode(errors="replace"))


async def _end(process: Process) -> None:
    """Tell a process that still runs to end, and wait a little until it has stored that."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is not None:
        return
    try:
        async with asyncio.timeout(_EXIT_TIMEOUT.total_seconds()):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def exit_fault(code: int, errors: str) -> str:
    """Why a process of this exit code and this standard error failed; empty when it did not."""
    if code == 0:
        return ""
    if code < 0:
        name = signal.Signals(-code).name
        cause = "; its memory may have run out" if -code == signal.SIGKILL else ""
        return f"the process that trained was ended by {name}{cause}"
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit code {code}"
    return f"the process that trained failed: {last[:_MOST_OF_AN_ERROR]}"


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
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(settings, key), daemon=True).start()
    try:
        train_here(_of_topic(settings, training.topic), training)
    except MonitorError:  # stored with the training, where people look
        return


def _of_topic(settings: Settings, pack: str) -> Settings:
    """The settings with the topic of this `topic.pack` first."""
    by_topic = topics.settings_by_topic(settings).values()
    return next((topic for topic in by_topic if topic.topic.pack == pack), settings)


def _end_with_parent(settings: Settings, key: str) -> None:
    """Wait until standard input ends, as it does with the parent; then end at once."""
    while os.read(0, 1):  # not through `sys.stdin`, whose lock would be held at the end
        pass
    with build.open_store(settings, upgrade=False) as store:
        store.pack_trainings.fail(key, clock.now(), STOPPED)
    os._exit(0)
