"""Killed at random, at every edge, told to stop, doubled: `make torture`, in short."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.failpoints import Point
from tests.torture import scenarios
from tests.torture.processes import Nursery
from tests.torture.surroundings import Stage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by pidfd")


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("lives")) as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, nursery: Nursery) -> Iterator[Stage]:
    url = request.getfixturevalue(f"{request.param}_url")
    with Stage(tmp_path, url, nursery).open() as opened:
        yield opened


def test_a_kill_at_any_moment_loses_no_alert_and_repeats_at_most_those_in_flight(
    stage: Stage,
):
    done = scenarios.random_kills(stage, 2)
    assert done.is_kept, done


def test_a_kill_at_a_fail_point_breaks_no_promise(stage: Stage):
    points = [Point.STORING, Point.CLAIMING, Point.SENT, Point.RECORDING]
    done = scenarios.at_points(stage, points, 1)
    assert done.is_kept, done
    assert done.times == len(points)


def test_sigterm_ends_the_service_with_code_0_and_repeats_nothing(stage: Stage):
    done = scenarios.sigterms(stage, 1)
    assert done.is_kept, done
    assert done.repeats == 0


def test_two_processes_on_one_database_send_no_alert_twice(stage: Stage):
    done = scenarios.two_at_once(stage, 1, alerts=100)
    assert done.is_kept, done
    assert done.repeats == 0


def test_a_killed_migration_or_backup_is_completed_by_the_next_run(
    nursery: Nursery, tmp_path: Path
):
    done = scenarios.commands(nursery, tmp_path, 1)
    assert done.is_kept, done
