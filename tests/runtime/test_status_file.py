"""What a service says of itself is there while it runs, whole, and not a moment longer."""

from __future__ import annotations

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
    now = age(status_file.status_path(file, "all"))
    assert list(status_file.read(file, now)) == [ONE, other]
    assert list(status_file.read(tmp_path / "other.toml", now)) == []
    assert {path.name for path in tmp_path.iterdir()} == {
        "monitor.toml.run-all.json",
        "monitor.toml.run-poll.json",
    }


def test_a_status_that_was_not_touched_for_long_is_ignored(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    last = age(status_file.status_path(file, "all"))
    assert list(status_file.read(file, last + timedelta(seconds=29))) == [ONE]
    assert list(status_file.read(file, last + timedelta(seconds=30))) == []
    status_file.touch(file, "all")
    assert list(status_file.read(file, age(status_file.status_path(file, "all")))) == [ONE]


def test_a_service_that_ends_removes_its_status(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.write(file, ONE)
    status_file.remove(file, "all")
    status_file.remove(file, "all")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pid": 1}', '{"restart": 5}', "\x00"])
def test_a_file_of_other_content_is_ignored(tmp_path, text):
    file = tmp_path / "monitor.toml"
    path = status_file.status_path(file, "all")
    path.write_text(text)
    assert list(status_file.read(file, age(path))) == []


def test_a_file_that_cant_be_replaced_leaves_nothing_behind(tmp_path):
    file = tmp_path / "monitor.toml"
    status_file.status_path(file, "all").mkdir()
    with pytest.raises(OSError, match="directory"):
        status_file.write(file, ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["monitor.toml.run-all.json"]
