"""Outages of the database while the service works: nothing lost, nothing told twice."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store_fixtures import Postgresql, serving
from tests.torture.processes import Nursery
from tests.torture.surroundings import Stage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by pidfd")
PATIENCE = 90.0


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("lives")) as started:
        yield started


@pytest.fixture
def server() -> Iterator[Postgresql]:
    """One that may be stopped without harm to other tests."""
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed")
    with serving() as running:
        yield running


def ends_well(stage: Stage) -> None:
    """All was told, once each."""
    assert stage.settle() == 0
    books = stage.books
    assert (books.lost(), books.other_keys(), books.repeats()) == (0, 0, 0)
    assert stage.integrity() == "ok"


def test_a_file_that_another_program_locks_delays_and_repeats_nothing(
    tmp_path: Path, nursery: Nursery
):
    url = f"sqlite:///{tmp_path}/watchpost.db"
    with Stage(tmp_path, url, nursery).open() as stage:
        life = stage.start("run")
        stage.publish(3)
        assert stage.until_active(PATIENCE)
        with sqlite3.connect(tmp_path / "watchpost.db", isolation_level=None) as other:
            other.execute("PRAGMA busy_timeout = 30000")
            other.execute("BEGIN EXCLUSIVE")
            stage.publish(5)
            assert life.wait(3) is None
            other.execute("COMMIT")
        other.close()
        assert stage.until_told(PATIENCE)
        life.terminate()
        assert life.wait(10) == 0
        ends_well(stage)


def test_a_server_that_is_restarted_delays_and_repeats_nothing(
    tmp_path: Path, nursery: Nursery, server: Postgresql
):
    with server.database() as url, Stage(tmp_path, url, nursery).open() as stage:
        life = stage.start("run")
        stage.publish(3)
        assert stage.until_active(PATIENCE)
        server.stop()
        stage.publish(5)
        assert life.wait(2) is None
        server.start()
        assert stage.until_told(PATIENCE)
        life.terminate()
        assert life.wait(10) == 0
        ends_well(stage)
