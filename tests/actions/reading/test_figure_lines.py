"""Figures of a file: the language is detected where a line has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.reading.figure_lines import extract_from_file
from monitor.domain.errors import PackError
from monitor.settings import loader


def test_a_line_without_a_language_is_read_in_its_own(tmp_path: Path):
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": 1, "title": "북한군 300명이 쿠르스크에서 전사했다"}', encoding="utf-8")
    (line,) = extract_from_file(file, loader.load(None))
    assert [(figure.kind, figure.value_min) for figure in line.figures] == [("killed", 300)]


def test_a_topic_without_figures_is_named(tmp_path: Path):
    (tmp_path / "own").mkdir()
    settings = loader.load(None, overrides={"topic": {"pack": str(tmp_path / "own")}})
    with pytest.raises(PackError, match="own/figures: no files of figures"):
        list(extract_from_file(tmp_path / "lines.jsonl", settings))
