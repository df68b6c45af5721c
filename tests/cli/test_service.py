"""`monitor run`: it starts with what the options say, and ends when it is asked to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Terminal


@pytest.fixture
def service(watch: Terminal) -> Iterator[subprocess.Popen[str]]:
    """A running service without feeds, which only delivers and logs lines of JSON."""
    command = [sys.executable, "-m", "monitor", "run", "--role", "deliver", "--log", "json"]
    with subprocess.Popen(
        command, cwd=watch.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_runs_ends_well_at_a_signal(service: subprocess.Popen[str], number):
    first = json.loads(service.stderr.readline())
    assert first["event"] == "service.started"
    service.send_signal(number)
    out, err = service.communicate(timeout=30)
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert (service.returncode, events[-1]) == (0, "service.stopped")
    assert "Traceback" not in out + err


def test_a_web_role_without_an_address_is_refused_before_anything_starts(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MONITOR_WEB__CONSOLE", "false")
    monkeypatch.setenv("MONITOR_WEB__LISTEN", "")
    message = watch.refused("run", "--role", "web")
    assert 'set web.listen = "127.0.0.1:8080"' in message


def test_an_unknown_role_or_log_is_refused(watch: Terminal):
    assert "'dance'" in watch.refused("run", "--role", "dance")
    assert "'xml'" in watch.refused("run", "--log", "xml")
