"""What a service says of itself is there while it runs, whole, and not a moment longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.runtime import status_file
from monitor.runtime.status_file import RunningSettings

ONE = RunningSettings(
    pid=7, role="all", config="abc", since="2025-06-17T12:00:00Z", restart=("log.level",)
)


def age(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def test_a_written_status_is_read(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    other = RunningSettings(
        pid=8, role="poll", config="abc", since=ONE.since, fault="monitor.toml:2: “x”"
    )
    status_file.write(file, other)
    now = age(status_file.status_path(file, "all", ONE.pid))
    assert list(status_file.read(file, now)) == [ONE, other]
    assert list(status_file.read(tmp_path / "other.toml", now)) == []
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [
        name.startswith(f"monitor.toml.run-{role}-")
        for name, role in zip(names, ("all", "poll"), strict=True)
    ] == [True, True]


def test_two_processes_of_one_role_have_a_status_each(tmp_path):
    file = tmp_path / "monitor.toml"
    second = replace(ONE, pid=8)
    status_file.write(file, ONE)
    status_file.write(file, second)
    now = age(status_file.status_path(file, "all", 8))
    assert sorted(status_file.read(file, now), key=lambda status: status.pid) == [ONE, second]
    status_file.remove(file, "all", 8)
    assert list(status_file.read(file, now)) == [ONE]


def test_the_status_of_a_killed_process_is_removed_later(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    path = status_file.status_path(file, "all", ONE.pid)
    status_file.remove_left_behind(file, age(path) + timedelta(minutes=59))
    assert path.exists()
    status_file.remove_left_behind(file, age(path) + timedelta(minutes=60))
    assert not path.exists()


def test_a_status_that_was_not_touched_for_long_is_ignored(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    last = age(status_file.status_path(file, "all", ONE.pid))
    assert list(status_file.read(file, last + timedelta(seconds=29))) == [ONE]
    assert list(status_file.read(file, last + timedelta(seconds=30))) == []
    status_file.touch(file, "all", ONE.pid)
    assert list(status_file.read(file, age(status_file.status_path(file, "all", ONE.pid)))) == [ONE]


def test_a_service_that_ends_removes_its_status(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    status_file.remove(file, "all", ONE.pid)
    status_file.remove(file, "all", ONE.pid)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}', '{"restart": 5}', "\x00"])
def test_a_file_of_other_content_is_ignored(tmp_path, text):
    file = tmp_path / "monitor.toml"
    path = status_file.status_path(file, "all", ONE.pid)
    path.write_text(text)
    assert list(status_file.read(file, age(path))) == []


def test_a_file_that_cant_be_replaced_leaves_nothing_behind(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.status_path(file, "all", ONE.pid).mkdir()
    with pytest.raises(OSError, match="directory"):
        status_file.write(file, ONE)
    assert list(tmp_path.iterdir()) == [status_file.status_path(file, "all", ONE.pid)]
