"""Steps of the wall clock: found by a clock that counts evenly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.runtime.clock import StepDetector
from tests.fakes import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Machine:
    """A wall clock and an even one, which stand until a test advances them."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 1000.0

    def advance(self, elapsed: timedelta, step: timedelta = timedelta()) -> None:
        self.wall += elapsed + step
        self.seconds += elapsed.total_seconds()

    def detector(self) -> StepDetector:
        return StepDetector(lambda: self.wall, lambda: self.seconds)


@pytest.mark.parametrize("step", [10 * DAY, HOUR, -HOUR, -10 * DAY])
def test_after_a_step_what_is_late_counts_from_the_step(step):
    machine = Machine()
    detector = machine.detector()
    machine.advance(HOUR, step)
    stepped_at = machine.wall
    assert detector.since() == stepped_at
    machine.advance(HOUR)
    assert detector.since() == stepped_at


def test_without_a_step_it_is_the_start():
    machine = Machine()
    detector = machine.detector()
    for _ in range(200):  # corrections of a clock that is slow add up to minutes
        machine.advance(HOUR, timedelta(seconds=2))
        assert detector.since() == NOW
