"""The configuration file is replaced whole; what it looks like to programs stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.runtime.config_file import locked_file, why_not_writable


def replace(path: Path, text: str) -> None:
    with locked_file(path) as file:
        file.replace(text)


def test_mode_line_endings_and_byte_order_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_bytes(b"\xef\xbb\xbf# one\r\n")
    path.chmod(0o640)
    with locked_file(path) as file:
        assert file.text == "# one\n"
        file.replace("# two\n# three\n")
    assert path.read_bytes() == b"\xef\xbb\xbf# two\r\n# three\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["monitor.toml"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("# one\n")
    link = tmp_path / "monitor.toml"
    link.symlink_to("real.toml")
    replace(link, "# two\n")
    assert link.is_symlink()
    assert (tmp_path / "real.toml").read_text() == "# two\n"


def test_what_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("")
    (tmp_path / ".monitor.toml.new").write_text("half")
    replace(path, "# two\n")
    assert path.read_text() == "# two\n"


def test_an_edit_under_the_lock_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_text("# one\n")
    with locked_file(path) as file:
        path.write_text("# by an editor, which takes no lock\n")
        with pytest.raises(ConfigError, match="at this moment"):
            file.replace("# two\n")
    assert path.read_text() == "# by an editor, which takes no lock\n"


def test_a_file_that_is_not_utf8_or_missing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    path.write_bytes(b"\xff")
    with locked_file(path) as file, pytest.raises(ConfigError, match="UTF-8"):
        _ = file.text
    with pytest.raises(ConfigError, match="can't be read"), locked_file(tmp_path / "none.toml"):
        pass


def test_why_it_can_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "monitor.toml"
    assert "`monitor init`" in why_not_writable(None)
    assert "missing" in why_not_writable(path)
    path.write_text("")
    assert why_not_writable(path) == ""
    if os.geteuid() != 0:  # root may write everything
        path.chmod(0o400)
        assert "may not be written" in why_not_writable(path)
