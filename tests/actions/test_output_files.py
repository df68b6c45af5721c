"""Files that a person asked for."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from monitor.actions.output_files import write_file
from monitor.domain.errors import ConfigError


def test_a_file_is_replaced_whole_or_left_as_it_was(tmp_path: Path):
    file = tmp_path / "out.csv"
    assert write_file([b"one", b"two"], file) == 6
    assert file.read_bytes() == b"onetwo"

    def broken():
        yield b"half"
        raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        write_file(broken(), file)
    assert file.read_bytes() == b"onetwo"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match="can't be written"):
        write_file([b"x"], tmp_path / "none" / "x.csv")


def test_a_link_goes_on_pointing_to_its_file(tmp_path: Path):
    file, link = tmp_path / "out.csv", tmp_path / "link.csv"
    link.symlink_to(file)
    write_file([b"one"], link)
    assert link.is_symlink()
    assert file.read_bytes() == b"one"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    assert write_file([b"one", b"two"], pipe) == 6
    reader.join(timeout=10)
    assert received == [b"onetwo"]
    assert pipe.is_fifo()


def test_a_full_device_is_an_error_and_stays_a_device():
    with pytest.raises(ConfigError, match="/dev/full: can't be written: No space left on device"):
        write_file([b"x" * 100_000], Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(ConfigError, match="Is a directory"):
        write_file([b"x"], tmp_path)
