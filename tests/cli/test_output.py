"""Output of commands: JSON on standard output, notes on standard error, tables with headings."""

from __future__ import annotations

import json

import pytest
from rich.text import Text

from monitor.cli import output
from tests.fakes import NOW


def test_json_has_instants_in_rfc_3339_and_sets_in_order(capsys: pytest.CaptureFixture[str]):
    output.print_json({"at": NOW, "themes": frozenset({"troops", "labour"}), "name": "북한"})
    out = capsys.readouterr().out
    assert json.loads(out) == {
        "at": "2025-06-17T12:00:00Z", "themes": ["labour", "troops"], "name": "북한",
    }  # fmt: skip
    assert "북한" in out


def test_a_value_without_a_json_form_is_an_error():
    with pytest.raises(TypeError, match="object has no JSON form"):
        output.print_json({"value": object()})


def test_notes_never_mix_with_the_result(capsys: pytest.CaptureFixture[str]):
    output.print_note("done")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "done\n")


def test_a_table_prints_markup_as_text(capsys: pytest.CaptureFixture[str]):
    output.print_table(("key", "headline"), [("1a2b", "[bold]News[/bold]")], empty="none")
    out = capsys.readouterr().out
    assert "headline" in out
    assert "[bold]News[/bold]" in out


def test_the_rest_of_a_long_line_is_indented(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "40")
    output.print_lines([Text("  because of: " + "Kursk region, " * 5), Text("short")])
    first, second, third, last = capsys.readouterr().out.splitlines()
    assert first.startswith("  because of: Kursk region,")
    assert second.startswith("      ")
    assert third.startswith("      ")
    assert last == "short"
    assert max(map(len, (first, second, third))) <= 40


def test_an_empty_table_is_a_note(capsys: pytest.CaptureFixture[str]):
    output.print_table(("key",), [], empty="no feeds yet")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "no feeds yet\n")


def test_a_narrow_table_leaves_columns_out_and_breaks_no_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    row = ("0a1b2c3d", "17 Jun 12:00 UTC", "undelivered", "A headline of quite some length", "0.91")
    for width, count in ((100, 5), (80, 4), (62, 3), (50, 3)):
        monkeypatch.setenv("COLUMNS", str(width))
        columns = ("key", "made", "state", "headline", "score")
        output.print_table(columns, [row], empty="", optional=("score", "made"))
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= width
        assert sum(name in lines[1] for name in columns) == count
        assert "0a1b2c3d" in lines[3]
        assert "undelivered" in lines[3]
