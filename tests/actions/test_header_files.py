"""Files with request headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.header_files import header_names, read_headers
from monitor.domain.errors import ConfigError


def test_headers_are_read_and_shown_by_their_names(tmp_path: Path):
    file = tmp_path / "headers"
    file.write_text("X-Key: k\nAuthorization: Bearer t\n")
    headers = read_headers(file)
    assert headers == (("X-Key", "k"), ("Authorization", "Bearer t"))
    assert header_names(headers) == ["Authorization", "X-Key"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "has no header"),
        (b"Bearer s3cret", "headers: a header has the form"),
        (b"\xff", "is not UTF-8"),
        (b"X: y\n" * 30_000, "is larger than"),
    ],
)
def test_a_file_that_can_not_be_used_is_named(tmp_path: Path, content: bytes, problem: str):
    file = tmp_path / "headers"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=problem) as refused:
        read_headers(file)
    assert "s3cret" not in str(refused.value)
    with pytest.raises(ConfigError, match="can't be read"):
        read_headers(tmp_path / "none")
