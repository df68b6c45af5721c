"""The command exits at once: all is printed, exit handlers run, the exit code is right."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run_monitor(before: str, *arguments: str) -> tuple[int, str, str]:
    """Run `monitor` after some code; exit code, output, errors."""
    code = f"import sys; from monitor.__main__ import main; {before}; main()"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [(["--version"], 0, "Watchpost"), (["--no-such"], 2, "--no-such"), (["nothing"], 2, "nothing")],
)
def test_the_exit_code_is_that_of_the_command_and_all_is_printed(arguments, code, text):
    exit_code, out, err = run_monitor("pass", *arguments)
    assert exit_code == code
    assert text in out + err


def test_exit_handlers_run():
    late = "import atexit, monitor.cli as c; then = c.run;"
    late += "c.run = lambda words: (atexit.register(print, 'called'), then(words))[1]"
    assert run_monitor(late, "--version")[1].splitlines()[-1] == "called"


def test_a_running_thread_may_finish():
    work = "import threading, time; late = threading.Timer(0.3, lambda: print('finished'));"
    assert "finished" in run_monitor(f"{work} late.start()", "--version")[1]


def test_an_unexpected_error_is_shown_and_is_a_failure():
    code, _, err = run_monitor("import monitor.cli as c; c.run = lambda words: 1 / 0")
    assert code == 1
    assert "ZeroDivisionError" in err


def test_a_closed_output_does_not_hang_the_command():
    command = [sys.executable, "-m", "monitor", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) != 0


@pytest.mark.parametrize("words", [("feeds", "list"), ("explain", "--text", "Sappers")])
def test_a_command_that_asks_no_publisher_imports_no_event_loop(words):
    before = "import os; end = os._exit;"
    before += "os._exit = lambda code: (print('asyncio' in sys.modules, flush=True), end(code))"
    assert run_monitor(before, *words)[1].endswith("False\n")


def test_pydantic_looks_for_no_plugins():
    no_look = "import importlib.metadata; importlib.metadata.entry_points = None"
    assert run_monitor(no_look, "explain", "--text", "Sappers")[0] == 0
