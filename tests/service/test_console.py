"""`monitor run` opens the console of this machine, and says how to get in."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
from contextlib import suppress
from threading import Thread, Timer
from urllib.request import urlopen

import pytest

from tests.service.conftest import Monitor, free_port

LINK = re.compile(r"http://127\.0\.0\.1:(\d+)/console/sign-in/link/[\w-]{43}")


@pytest.fixture
def monitor(monitor: Monitor) -> Monitor:
    """A service with a console."""
    monitor.environment["MONITOR_WEB__CONSOLE"] = "true"
    monitor.environment["MONITOR_WEB__LISTEN"] = f"127.0.0.1:{free_port()}"
    return monitor


def started(process: subprocess.Popen[str], mark: str) -> list[str]:
    """The lines on standard error up to the one that contains the mark."""
    watchdog = Timer(60, process.kill)
    watchdog.start()
    lines = []
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line)
        if mark in line:
            watchdog.cancel()
            return lines
    watchdog.cancel()
    raise AssertionError("".join(lines))


def ended(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Traceback" not in err


def test_the_first_start_prints_a_link_and_later_ones_only_the_address(monitor: Monitor):
    port = monitor.environment["MONITOR_WEB__LISTEN"].rpartition(":")[2]
    with monitor.start("run") as process:
        line = started(process, "console  ")[-1]
        match = LINK.search(line)
        assert match is not None
        assert match[1] == port
        ended(process)
    (person,) = monitor.json("people", "list")
    assert person["role"] == "admin"
    with monitor.start("run") as process:
        assert started(process, "console  ")[-1].rstrip().endswith(f":{port}/console/")
        ended(process)


def test_a_log_for_programs_has_no_link_and_adds_nobody(monitor: Monitor):
    with monitor.start("run", "--log", "json") as process:
        lines = started(process, "console.opened")
        assert json.loads(lines[-1])["address"].endswith("/console/")
        assert not LINK.search("".join(lines))
        ended(process)
    assert monitor.json("people", "list") == []


def test_a_taken_port_is_left_and_commands_know_the_other(monitor: Monitor):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monitor.environment["MONITOR_WEB__LISTEN"] = f"127.0.0.1:{port}"
        with monitor.start("run") as process:
            lines = started(process, "console  ")
            assert f"127.0.0.1:{port} is taken by another program" in "".join(lines)
            match = LINK.search(lines[-1])
            assert match is not None
            assert match[1] != str(port)
            started(process, "watching")
            link = monitor.json("console", "--no-open")["link"]
            assert link.startswith(f"http://127.0.0.1:{match[1]}/console/")
            ended(process)


def test_the_demo_keeps_its_console_open_at_a_terminal_until_it_is_told_to_end(monitor: Monitor):
    terminal, terminal_end = pty.openpty()
    process = subprocess.Popen(
        monitor.command("demo"),
        stdin=terminal_end,
        stdout=terminal_end,
        stderr=subprocess.PIPE,
        text=True,
        env=monitor.variables,
        cwd=monitor.folder,
    )
    reader = Thread(target=_drain, args=(terminal,), daemon=True)
    reader.start()
    try:
        match = LINK.search(started(process, "console  ")[-1])
        assert match is not None
        with urlopen(match[0], timeout=10) as answer:
            assert b"Sign in as" in answer.read()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "Traceback" not in err
    finally:
        process.kill()
        os.close(terminal_end)
        reader.join(timeout=10)
        os.close(terminal)


def _drain(terminal: int) -> None:
    """Read what the program prints, so that it never waits; until its end is closed."""
    with suppress(OSError):
        while os.read(terminal, 65_536):
            pass
