"""Killed at random, at every edge, told to stop, doubled: `make torture`, in short."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.failpoints import Point
from tests.torture import scenarios
from tests.torture.processes import ProcessStarter
from tests.torture.surroundings import Surroundings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by pidfd")


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessStarter]:
    with ProcessStarter(tmp_path_factory.mktemp("processes")) as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def surroundings(
    request: pytest.FixtureRequest, tmp_path: Path, starter: ProcessStarter
) -> Iterator[Surroundings]:
    url = request.getfixturevalue(f"{request.param}_url")
    with Surroundings(tmp_path, url, starter).open() as opened:
        yield opened


def test_a_kill_at_any_moment_loses_no_alert_and_repeats_at_most_those_in_flight(
    surroundings: Surroundings,
):
    done = scenarios.random_kills(surroundings, 2)
    assert done.is_kept, done


def test_a_kill_at_a_fail_point_breaks_no_promise(surroundings: Surroundings):
    points = [Point.STORING, Point.CLAIMING, Point.SENT, Point.RECORDING]
    done = scenarios.at_points(surroundings, points, 1)
    assert done.is_kept, done
    assert done.times == len(points)


def test_sigterm_ends_the_service_with_code_0_and_repeats_nothing(surroundings: Surroundings):
    done = scenarios.sigterms(surroundings, 1)
    assert done.is_kept, done
    assert done.repeats == 0


def test_two_processes_on_one_database_send_no_alert_twice(
    postgresql_url: str, tmp_path: Path, starter: ProcessStarter
):
    with Surroundings(tmp_path, postgresql_url, starter).open() as surroundings:
        done = scenarios.two_at_once(surroundings, 1, alerts=100)
    assert done.is_kept, done
    assert done.repeats == 0


def test_a_killed_migration_or_backup_is_completed_by_the_next_run(
    starter: ProcessStarter, tmp_path: Path
):
    done = scenarios.commands(starter, tmp_path, 1)
    assert done.is_kept, done
