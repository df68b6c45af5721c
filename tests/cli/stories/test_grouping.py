"""`monitor stories`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal

LINES = [
    {
        "id": "late", "title": "Шойгу прибыл в Пхеньян: саперы для Курска", "text": "",
        "lang": "ru", "source": "b", "date": "2025-06-17T12:00:00+03:00",
    },
    {
        "id": "early", "title": "Shoigu arrives in Pyongyang to talk about sappers for Kursk",
        "text": "", "lang": "en", "source": "a", "date": "2025-06-17T06:00:00+00:00",
    },
    {"id": "rain", "title": "Rain on Sunday", "date": "2025-06-18"},
]  # fmt: skip


def write_lines(terminal: Terminal, *lines: object) -> str:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (terminal.folder / "lines.jsonl").write_text(text, encoding="utf-8")
    return "lines.jsonl"


def test_a_line_for_each_article_in_order_of_date(terminal: Terminal):
    result = terminal("stories", "assign", write_lines(terminal, *LINES), "--json")
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert [row["id"] for row in rows] == ["early", "late", "rain"]
    assert all(set(row) == {"id", "story", "story_at_arrival"} for row in rows)
    early, late, rain = (row["story"] for row in rows)
    assert early == late != rain


def test_people_see_the_stories_of_several_articles(terminal: Terminal):
    shown = terminal("stories", "assign", write_lines(terminal, *LINES)).out
    assert "Shoigu arrives" in shown
    assert "Rain" not in shown


def test_nothing_is_stored(terminal: Terminal):
    name = write_lines(terminal, *LINES)
    terminal("stories", "assign", name)
    assert [file.name for file in terminal.folder.iterdir()] == [name]


def test_an_article_without_a_date_comes_last(terminal: Terminal):
    name = write_lines(terminal, {"id": "x", "title": "Shoigu"}, *LINES)
    rows = terminal("stories", "assign", name, "--json").out.splitlines()
    assert json.loads(rows[-1])["id"] == "x"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"id": "x", "title": "a", "date": "yesterday"}, "not a date"),
        ({"title": "a"}, '"id" must be text'),
        ({"id": "late", "title": "a"}, "id late is there already"),
        ({"id": "x"}, 'at least "title"'),
    ],
)
def test_a_faulty_line_is_named(terminal: Terminal, line, message):
    error = terminal.refused("stories", "assign", write_lines(terminal, *LINES, line), "--json")
    assert "lines.jsonl:4" in error
    assert message in error
