"""`monitor figures extract`."""

from __future__ import annotations

import json

from tests.cli.conftest import Terminal

LINES = [
    {"id": "1", "title": "Kyiv: 740 North Korean troops killed", "lang": "en"},
    {"id": "2", "title": "북한군 사상자 2천300명", "date": "2025-05-02"},
    {"id": "3", "title": "Rain on Sunday", "text": None},
]


def write_lines(terminal: Terminal) -> str:
    lines = "".join(json.dumps(line) + "\n" for line in LINES)
    (terminal.folder / "lines.jsonl").write_text(lines, encoding="utf-8")
    return "lines.jsonl"


def test_every_line_has_its_figures(terminal: Terminal):
    result = terminal("figures", "extract", write_lines(terminal), "--json")
    rows = [json.loads(line) for line in result.out.splitlines()]
    assert [(row["id"], len(row["figures"])) for row in rows] == [("1", 1), ("2", 1), ("3", 0)]
    (figure,) = rows[0]["figures"]
    assert figure == {
        "value_min": 740, "value_max": 740, "approx": False, "kind": "killed",
        "claimant": "Kyiv", "party": "kyiv", "through": None, "claimed_on": None,
        "quote": "740 North Korean troops", "sentence": LINES[0]["title"],
    }  # fmt: skip
    assert rows[1]["figures"][0]["claimed_on"] == "2025-05-02"


def test_vague_and_fractional_values_are_numbers(terminal: Terminal):
    line = {"title": "Dozens of soldiers killed, 2.5 dollars an hour", "lang": "en"}
    (terminal.folder / "vague.jsonl").write_text(json.dumps(line))
    figures = json.loads(terminal("figures", "extract", "vague.jsonl", "--json").out)["figures"]
    assert [figure["value_min"] for figure in figures] == [10, 2.5]


def test_people_get_a_table(terminal: Terminal):
    shown = terminal("figures", "extract", write_lines(terminal)).out
    assert "740 North Korean troops" in shown
    assert "2,300" in shown


def test_a_faulty_line_is_refused(terminal: Terminal):
    (terminal.folder / "bad.jsonl").write_text("{}\n")
    assert "bad.jsonl:1" in terminal.refused("figures", "extract", "bad.jsonl")
