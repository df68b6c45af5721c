"""`monitor run` serves its pages, and ends with them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from urllib.request import urlopen

import pytest

from tests.service.conftest import Monitor

AT = {"MONITOR_WEB__LISTEN": "127.0.0.1:0"}


@contextmanager
def running(monitor: Monitor, *words: str) -> Iterator[str]:
    """The address of a service that answers; it is told to end, and must end well."""
    monitor.environment.update(AT)
    with monitor.start("run", "--log", "json", *words) as process:
        watchdog = Timer(60, process.kill)
        watchdog.start()
        try:
            yield _address(process)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate()
            assert process.returncode == 0, err
            assert "Traceback" not in err
        finally:
            watchdog.cancel()
            process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if '"web.started"' in line:
            return str(json.loads(line)["address"])
    raise AssertionError("".join(lines))


@pytest.mark.parametrize("role", ["all", "web"])
def test_health_and_metrics_are_served_until_the_service_is_told_to_end(monitor: Monitor, role):
    with running(monitor, "--role", role) as address:
        with urlopen(f"{address}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"
        with urlopen(f"{address}/metrics", timeout=10) as answer:
            assert b"watchpost_feeds{" in answer.read()


def test_a_port_in_use_stops_the_service_before_it_starts(monitor: Monitor):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monitor.environment["MONITOR_WEB__LISTEN"] = f"127.0.0.1:{port}"
        result = monitor.try_("run")
    assert result.returncode == 2
    assert f"web.listen = '127.0.0.1:{port}': can't listen there" in result.stderr


def test_a_web_role_without_an_address_says_what_to_set(monitor: Monitor):
    result = monitor.try_("run", "--role", "web")
    assert result.returncode == 2
    assert "set web.listen" in result.stderr
