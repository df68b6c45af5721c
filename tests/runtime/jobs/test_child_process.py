"""A child process: started, ended with its parent, and its end in words."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from monitor.runtime.jobs import child_process
from monitor.runtime.jobs.child_process import exit_fault

BOUND = 60  # seconds


async def test_the_function_main_of_a_module_is_run() -> None:
    process = await child_process.start_process("monitor.text.formats")
    fault = await asyncio.wait_for(child_process.wait_for_end(process, "worked"), BOUND)
    assert "has no attribute 'main'" in fault


async def test_a_process_ends_when_the_waiting_is_cancelled() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from monitor.runtime.jobs import child_process as c; c.wait_for_parent(lambda: None)",
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    waiting = asyncio.ensure_future(child_process.wait_for_end(process, "worked"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert process.returncode is not None


def test_how_a_process_ended_is_told_in_words() -> None:
    assert exit_fault(0, "a warning", "trained") == ""
    assert "that trained was ended by SIGKILL" in exit_fault(-signal.SIGKILL, "", "trained")
    assert exit_fault(1, "Traceback\n\nConfigError: no marks\n", "trained").endswith(
        "failed: ConfigError: no marks"
    )
    assert exit_fault(3, "", "trained").endswith("failed: exit code 3")
