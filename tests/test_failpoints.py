"""Crash points: nothing where none is asked for, and a clear word for one that there is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor import failpoints
from monitor.domain.errors import ConfigError
from monitor.failpoints import Point

ROOT = Path(__file__).parents[1]
ARMED = "import os; from monitor import failpoints; failpoints.arm(os.environ)"
HIT = "failpoints.hit(failpoints.Point.SENT)"
TWICE = f"{ARMED}; {HIT}; print('once'); {HIT}"


def run(code: str, at: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-u", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), failpoints.VARIABLE: at},
        timeout=30,
        check=False,
    )


def test_the_process_dies_as_by_sigkill_at_the_time_that_was_asked_for():
    done = run(TWICE, "alert.sent:2")
    assert (done.returncode, done.stdout) == (-9, "once\n")


def test_another_point_is_passed():
    assert run(TWICE, "alert.sending").returncode == 0


def test_where_nothing_is_asked_for_every_point_is_passed():
    failpoints.arm({})
    for point in Point:
        failpoints.hit(point)


@pytest.mark.parametrize("text", ["", "nowhere", "alert.sent:soon", "alert.sent:1:2"])
def test_a_point_that_there_is_not_is_named_with_those_that_there_are(text):
    with pytest.raises(ConfigError, match=r"no such point; there are feed\.fetched"):
        failpoints.arm({failpoints.VARIABLE: text})


def test_every_point_is_somewhere():
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    unused = [point for point in Point if sum(f"Point.{point.name}" in text for text in code) == 0]
    assert not unused
