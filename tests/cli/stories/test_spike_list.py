"""`monitor stories spikes`."""

from __future__ import annotations

import os

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Terminal


def test_without_history_the_command_says_so_for_each_theme(watch: Terminal):
    shown = watch("stories", "spikes")
    assert "too little history to tell" in " ".join(shown.out.split())
    assert "no spikes within 30d" in shown.err
    document = watch("stories", "spikes", "--since", "7d", "--json").json()
    assert document["spikes"] == []
    assert {volume["usual"] for volume in document["volumes"]} == {None}
    assert len(document["volumes"]) == 8  # the themes of the shipped topic


def test_sentences_are_wrapped_in_a_narrow_terminal(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(os.environ, "COLUMNS", "80")
    shown = watch("stories", "spikes").out
    assert "…" not in shown
    assert max(cell_len(line) for line in shown.splitlines()) <= 80
    for theme in watch("stories", "spikes", "--json").json()["volumes"]:
        assert theme["title"].split()[-1] in shown


def test_a_time_that_is_none_is_refused(watch: Terminal):
    assert "--since" in watch.refused("stories", "spikes", "--since", "soon")
