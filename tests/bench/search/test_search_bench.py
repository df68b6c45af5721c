"""The search benchmark is sound: every question is one, and every figure is measured."""

from __future__ import annotations

import pytest

from tests.bench.search import __main__ as bench


def test_every_figure_is_printed(capsys: pytest.CaptureFixture[str]):
    bench.main(["--articles", "500", "--rounds", "2", "--database", "sqlite"])
    printed = capsys.readouterr().out
    assert printed.startswith("sqlite, 500 articles, 2 rounds")
    for question in bench.QUESTIONS:
        assert question in printed
    assert "bytes an article" in printed
    assert "write cost of an article" in printed
