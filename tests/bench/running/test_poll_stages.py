"""The table of stages: what is counted where, in a poll of one feed."""

from __future__ import annotations

import re
import time

import pytest

from tests.bench.running import poll_stages
from tests.bench.running.poll_stages import StageTimers


def use_processor(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_the_time_of_an_inner_stage_is_not_counted_twice():
    timers = StageTimers()
    inner = timers.timed("judge: terms", lambda: use_processor(0.02))

    def judge() -> None:
        inner()
        use_processor(0.01)

    timers.timed("judge: the rest", judge)()
    assert timers.seconds["judge: terms"] == pytest.approx(0.02, abs=0.005)
    assert timers.seconds["judge: the rest"] == pytest.approx(0.01, abs=0.005)


def test_each_stage_of_the_three_polls_is_shown(capsys: pytest.CaptureFixture[str]):
    poll_stages.main(["--feeds", "1"])
    steps = capsys.readouterr().out.split("\n\n")[1:]
    shown = [set(re.findall(r"^  (.{26}) +[\d.]+ ", step, re.MULTILINE)) for step in steps]
    first, unchanged, one_new = ({stage.strip() for stage in stages} for stages in shown)
    assert {"judge: text, lexicon", "search index", "together", "start"} <= first
    assert "judge: text, lexicon" not in unchanged
    assert {"judge: text, lexicon", "read documents (children)"} <= one_new
