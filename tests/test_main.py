"""The command ends at once, and as any other: all printed, everybody told, the code right."""

from __future__ import annotations

import subprocess
import sys

import pytest


def ended(before: str, *arguments: str) -> tuple[int, str, str]:
    """How `monitor` ended, called after some code: exit code, output, errors."""
    code = f"import sys; from monitor.__main__ import main; {before}; main()"
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [(["--version"], 0, "Watchpost"), (["--no-such"], 2, "--no-such"), (["nothing"], 2, "nothing")],
)
def test_the_exit_code_is_that_of_the_command_and_all_is_printed(arguments, code, says):
    found, out, err = ended("pass", *arguments)
    assert found == code
    assert says in out + err


def test_who_asked_to_be_told_of_the_end_is_told():
    late = "import atexit, monitor.cli as c; then = c.run;"
    late += "c.run = lambda said: (atexit.register(print, 'told'), then(said))[1]"
    assert ended(late, "--version")[1].splitlines()[-1] == "told"


def test_a_thread_that_is_at_work_may_finish():
    work = "import threading, time; late = threading.Timer(0.3, lambda: print('finished'));"
    assert "finished" in ended(f"{work} late.start()", "--version")[1]


def test_what_nobody_expected_is_shown_and_is_a_failure():
    code, _, err = ended("import monitor.cli as c; c.run = lambda said: 1 / 0")
    assert code == 1
    assert "ZeroDivisionError" in err


def test_output_that_nobody_reads_harms_nothing():
    command = [sys.executable, "-m", "monitor", "--help"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) != 0
