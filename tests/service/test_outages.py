"""Outages of the database while the service works: nothing lost, nothing told twice."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store_fixtures import Postgresql, serving
from tests.torture.processes import ProcessStarter
from tests.torture.surroundings import Surroundings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by pidfd")
PATIENCE = 90.0


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessStarter]:
    with ProcessStarter(tmp_path_factory.mktemp("processes")) as started:
        yield started


@pytest.fixture
def server() -> Iterator[Postgresql]:
    """One that may be stopped without harm to other tests."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    with serving() as running:
        yield running


def ends_well(surroundings: Surroundings) -> None:
    """All was told, once each."""
    assert surroundings.settle() == 0
    records = surroundings.records
    assert (records.lost(), records.other_keys(), records.repeats()) == (0, 0, 0)
    assert surroundings.integrity() == "ok"


def test_a_file_that_another_program_locks_delays_and_repeats_nothing(
    tmp_path: Path, starter: ProcessStarter
):
    url = f"sqlite:///{tmp_path}/watchpost.db"
    with Surroundings(tmp_path, url, starter).open() as surroundings:
        process = surroundings.start("run")
        surroundings.publish(3)
        assert surroundings.until_active(PATIENCE)
        with sqlite3.connect(tmp_path / "watchpost.db", isolation_level=None) as other:
            other.execute("PRAGMA busy_timeout = 30000")
            other.execute("BEGIN EXCLUSIVE")
            surroundings.publish(5)
            assert process.wait(3) is None
            other.execute("COMMIT")
        other.close()
        assert surroundings.until_delivered(PATIENCE)
        process.terminate()
        assert process.wait(10) == 0
        ends_well(surroundings)


def test_a_server_that_is_restarted_delays_and_repeats_nothing(
    tmp_path: Path, starter: ProcessStarter, server: Postgresql
):
    with server.database() as url, Surroundings(tmp_path, url, starter).open() as surroundings:
        process = surroundings.start("run")
        surroundings.publish(3)
        assert surroundings.until_active(PATIENCE)
        server.stop()
        surroundings.publish(5)
        assert process.wait(2) is None
        server.start()
        assert surroundings.until_delivered(PATIENCE)
        process.terminate()
        assert process.wait(10) == 0
        ends_well(surroundings)
