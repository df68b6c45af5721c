"""`monitor doctor`: findings and exit code."""

from __future__ import annotations

import json
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
    sentences = [finding["finding"] for finding in watch("doctor", "--json").json()]
    (missing,) = [sentence for sentence in sentences if "1 with full text" in sentence]
    assert "watchpost[fulltext]" in missing


def test_doctor_finds_nothing_wrong_with_a_new_service(watch: Terminal):
    result = watch("doctor", "--json")
    assert result.code == 0
    levels = {finding["level"] for finding in result.json()}
    assert "fault" not in levels


@pytest.mark.parametrize(
    ("web", "level", "message"),
    [
        ("", "ok", "none are served"),
        ("listen = '127.0.0.1:8080'", "warning", "mails have no link to unsubscribe"),
        ("public_url = 'https://alerts.example'", "warning", "links in mails lead nowhere"),
        ("listen = ':1'", "fault", "looks like"),
    ],
)
def test_doctor_says_whether_readers_find_our_pages(watch: Terminal, web, level, message):
    (watch.folder / "monitor.toml").write_text(f"[web]\n{web}\n")
    findings = json.loads(watch("doctor", "--json").out)
    assert [
        finding
        for finding in findings
        if finding["level"] == level and message in finding["finding"]
    ]


def test_doctor_names_a_fault_and_fails(watch: Terminal):
    (watch.folder / "watchpost.db").write_bytes(b"broken" * 1000)
    result = watch("doctor")
    assert result.code == 1
    assert "fault" in result.out
