"""Child process for long work: it ends with its parent, and its end is told in a sentence."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

EXIT_TIMEOUT = timedelta(seconds=2)  # of the seven that a service has to end
_NICENESS = 10  # polls and pages go first
_MOST_OF_AN_ERROR = 400  # characters

# The child gets our import path, and nothing from its working directory.
_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " importlib.import_module(sys.argv[2]).main(sys.argv[3:])"
)


async def start_process(module: str, *arguments: str) -> Process:
    """Start `main(arguments)` of a module in a process of its own.

    It ends when its standard input is closed, so also when this process ends.
    """
    path = json.dumps([folder for folder in sys.path if folder])
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", _START, path, module, *arguments),
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,  # ^C in the terminal goes to the parent only
    )


async def wait_for_end(process: Process, work: str) -> str:
    """Wait for the process; why it failed, empty when it did not.

    When the waiting is cancelled the process is told to end.
    """
    try:
        errors = await process.stderr.read() if process.stderr else b""
        code = await process.wait()
    finally:
        await end_process(process)
    return exit_fault(code, errors.decode(errors="replace"), work)


async def end_process(process: Process) -> None:
    """Tell a process that still runs to end, and wait a little until it has stored that."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is not None:
        return
    try:
        async with asyncio.timeout(EXIT_TIMEOUT.total_seconds()):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def exit_fault(code: int, errors: str, work: str) -> str:
    """Why a process of this exit code and this standard error failed; empty when it did not.

    `work` is what it did, as in "the process that trained".
    """
    if code == 0:
        return ""
    if code < 0:
        name = signal.Signals(-code).name
        cause = "; its memory may have run out" if -code == signal.SIGKILL else ""
        return f"the process that {work} was ended by {name}{cause}"
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit code {code}"
    return f"the process that {work} failed: {last[:_MOST_OF_AN_ERROR]}"


# ── in the child ─────────────────────────────────────────────────────────────────────────────────


def work_behind_others() -> None:
    """Let other processes of the machine go first."""
    os.nice(_NICENESS)


def end_with_parent(before_end: Callable[[], None] = lambda: None) -> None:
    """End this process, from a thread of its own, as soon as its parent is gone."""
    threading.Thread(target=wait_for_parent, args=(before_end,), daemon=True).start()


def wait_for_parent(before_end: Callable[[], None]) -> None:
    """Wait until standard input ends, as it does with the parent; then end at once."""
    while os.read(0, 1):  # not through `sys.stdin`, whose lock would be held at the end
        pass
    try:
        before_end()
    finally:
        os._exit(0)
