"""The articles of a file are grouped in the order of their dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.actions.reading.story_files import group_file, sizes
from monitor.domain.errors import ConfigError
from monitor.settings.sections import Settings


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    rows = [
        {"id": "3", "title": "Rain on Sunday", "date": "2025-06-18"},
        {"id": "2", "title": "Shoigu lands in Pyongyang", "date": "2025-06-17T12:00:00+09:00"},
        {"id": "1", "title": "Shoigu lands in Pyongyang", "date": "2025-06-17T01:00:00"},
        {"id": "4", "title": "Undated"},
    ]
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


def test_articles_come_in_order_of_date_and_undated_ones_last(lines: Path, settings: Settings):
    grouped = group_file(lines, settings)
    assert [line.article.key for line in grouped] == ["1", "2", "3", "4"]
    assert [line.article.has_clock for line in grouped] == [True, True, False, False]
    assert grouped[2].article.hours - grouped[1].article.hours == 33


def test_stories_of_several_articles_are_summed_up(lines: Path, settings: Settings):
    assert list(sizes(group_file(lines, settings))) == [("s1", 2, "Shoigu lands in Pyongyang")]


def test_the_same_file_gives_the_same_stories(lines: Path, settings: Settings):
    assert group_file(lines, settings) == group_file(lines, settings)


def test_a_faulty_date_is_named(tmp_path: Path, settings: Settings):
    file = tmp_path / "lines.jsonl"
    file.write_text('\n{"id": "1", "title": "a", "date": "17.06.2025"}\n')
    with pytest.raises(ConfigError, match=r"lines\.jsonl:2: '17\.06\.2025' is not a date"):
        group_file(file, settings)
