"""`monitor model`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

LINES = [
    {
        "id": "1", "title": "North Korean troops join the fight in Kursk", "text": "",
        "lang": "en", "label": "positive", "themes": ["troops"], "more": 1,
    },
    {"id": "2", "title": "Rain on Sunday", "text": "", "lang": "en", "label": "background"},
]  # fmt: skip


def write_lines(terminal: Terminal, name: str = "lines.jsonl") -> str:
    text = "".join(json.dumps(line) + "\n" for line in LINES)
    opened = gzip.open if name.endswith(".gz") else open
    with opened(terminal.folder / name, "wt", encoding="utf-8") as file:
        file.write(text)
    return name


@pytest.mark.parametrize("name", ["lines.jsonl", "lines.jsonl.gz"])
def test_every_line_is_judged(terminal: Terminal, name):
    result = terminal("model", "judge", write_lines(terminal, name), "--json")
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert [(line["id"], line["relevant"]) for line in rows] == [("1", True), ("2", False)]
    assert all(set(line) == {"id", "score", "relevant", "themes"} for line in rows)


def test_a_pack_is_scored(terminal: Terminal):
    figures = terminal("model", "evaluate", write_lines(terminal), "--json").json()
    assert {
        "n", "threshold", "precision", "recall", "f1", "average_precision", "by_language",
        "by_theme", "confusion",
    } <= set(figures)  # fmt: skip
    assert figures["f1"] == 1.0


def test_the_figures_are_printed_with_intervals_months_and_another_pack(terminal: Terminal):
    pack = str(Path(__file__).parents[3] / "models" / "dprk-russia")
    file = write_lines(terminal)
    out = terminal("model", "evaluate", file, "--month", "2025-08", "--against", pack).out
    assert "over 2 weeks" in out
    assert "outside the months" in out
    assert "difference to dprk-russia@" in out
    assert out.split()[-4:] == ["f1", "+0.000", "+0.000", "+0.000"]
    assert "--month '2025-13': expected year and month" in terminal.refused(
        "model", "evaluate", file, "--month", "2025-13"
    )


def test_the_intervals_of_lines_without_a_date_are_not_called_weekly(terminal: Terminal):
    undated = ({key: line[key] for key in line if key != "date"} for line in LINES)
    text = "".join(json.dumps(line) + "\n" for line in undated)
    (terminal.folder / "undated.jsonl").write_text(text, encoding="utf-8")
    assert (
        "over 2 weeks and lines without a date"
        in terminal("model", "evaluate", "undated.jsonl").out
    )


def test_the_pack_in_use_is_shown(terminal: Terminal):
    shown = terminal("model", "show", "--json").json()
    assert shown["name"] == "dprk-russia"
    assert "Deminers" in terminal("model", "show").out
    assert shown["lexicon"]["titles"]["TROOPS"] == "soldiers and their sending"


def test_the_classes_are_listed_with_what_the_settings_add(watch: Terminal):
    lexicon = "[topic.lexicon]\nTROOPS = ['pokpung guard*', 'falcon unit*']\n"
    (watch.folder / "monitor.toml").write_text(lexicon)
    (line,) = (
        line
        for line in watch("model", "show", "--classes").out.splitlines()
        if line.split()[:1] == ["TROOPS"]
    )
    assert "soldiers and their sending" in line
    assert line.split()[-1] == "+2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "bad.jsonl:1: not JSON"),
        ("[]", 'bad.jsonl:1: a line is an object with at least "title"'),
        ('\n{"title": 1}', "bad.jsonl:2"),
        ("", "no labelled lines"),
        ('{"title": "x", "label": "maybe"}', "label 'maybe'"),
    ],
)
def test_a_line_that_is_none_is_named(terminal: Terminal, text, message):
    (terminal.folder / "bad.jsonl").write_text(text)
    assert message in terminal.refused("model", "evaluate", "bad.jsonl", "--json")


def test_a_missing_file_is_named(terminal: Terminal):
    assert "none.jsonl" in terminal.refused("model", "judge", "none.jsonl")


def test_a_second_reader_is_tried_only_where_one_is_set(watch: Terminal):
    message = watch.refused("model", "evaluate", write_lines(watch), "--second-reader")
    assert "no second reader is set: name one with second_reader.url and .model" in message
