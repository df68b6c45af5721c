"""`monitor doctor`."""

from __future__ import annotations

import sys

import pytest

from tests.cli.conftest import Terminal

URL = "https://wire.example/feed.xml"


def test_the_doctor_reports_full_text_without_its_library(
    watch: Terminal, monkeypatch: pytest.MonkeyPatch
):
    watch("feeds", "add", "--no-try", URL, "--full-text")
    assert "trafilatura" not in watch("doctor").out
    monkeypatch.setitem(sys.modules, "trafilatura", None)  # as where it is not installed
    found = [one["finding"] for one in watch("doctor", "--json").json()]
    assert any("1 with full text" in result and "watchpost[fulltext]" in result for result in found)
