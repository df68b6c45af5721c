"""JSON Lines files of articles: plain or compressed; faults are named."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from monitor.actions.json_lines import read_lines
from monitor.domain.errors import ConfigError


def test_compressed_and_plain_files_hold_the_same_lines(tmp_path: Path):
    text = '{"title": "first"}\n\n{"title": "second", "lang": "en"}\n'
    (tmp_path / "plain.jsonl").write_text(text)
    with gzip.open(tmp_path / "packed.jsonl.gz", "wt") as packed:
        packed.write(text)
    plain = list(read_lines(tmp_path / "plain.jsonl"))
    assert [line["title"] for line in plain] == ["first", "second"]
    assert list(read_lines(tmp_path / "packed.jsonl.gz")) == plain


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "bad.jsonl:1: not JSON"),
        ("[]", 'bad.jsonl:1: a line is an object with at least "title"'),
        ('\n{"title": 1}', "bad.jsonl:2"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, text, message):
    file = tmp_path / "bad.jsonl"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        list(read_lines(file))


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path):
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.jsonl", "binary.jsonl"):
        with pytest.raises(ConfigError, match=name):
            list(read_lines(tmp_path / name))
