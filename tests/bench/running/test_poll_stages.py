"""The table of stages: what is counted where, in a poll of one feed."""

from __future__ import annotations

from pathlib import Path

from tests.bench import peers
from tests.bench.publishers import serving
from tests.bench.running import poll_stages
from tests.bench.running.poll_stages import StageTimers


def test_the_time_of_an_inner_stage_is_not_counted_twice():
    now = 0.0

    def work(seconds: float) -> None:
        nonlocal now
        now += seconds

    timers = StageTimers(clock=lambda: now)
    inner = timers.timed("judge: terms", lambda: work(0.25))

    def judge() -> None:
        inner()
        work(0.5)

    timers.timed("judge: the rest", judge)()
    assert timers.seconds["judge: terms"] == 0.25
    assert timers.seconds["judge: the rest"] == 0.5


def test_the_stages_of_a_first_poll_are_measured(tmp_path: Path):
    folder = tmp_path / "watchpost"
    with serving(1, 3, hosts=1) as publishers:
        peers.fresh(peers.watchpost(), folder, publishers.addresses())
        parts = poll_stages.measured_poll(folder)
    assert {"start", "fetch, loop", "search index", "load the pack"} <= parts.keys()
    assert parts["read documents (children)"] > 0.01


def test_the_dearest_stage_is_shown_first():
    shown = poll_stages.table("first", {"decide": 0.5, "copies": 1.5}, 1_000, "an article")
    assert [line.split() for line in shown.splitlines()] == [
        ["first", "CPU", "s", "ms", "an", "article"],
        ["copies", "1.50", "1.500"],
        ["decide", "0.50", "0.500"],
        ["together", "2.00", "2.000"],
    ]
