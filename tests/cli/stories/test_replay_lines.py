"""The report of a replay on the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.cli.stories.replay_lines import print_replay
from tests.actions.grouping.test_replay_report import a_report


def test_what_does_not_differ_is_not_listed(capsys: pytest.CaptureFixture[str]):
    nothing = {"joined": (), "split": (), "moved": (), "copies": 0, "without_story": 0}
    counts = {"joined_count": 0, "split_count": 0, "moved_count": 0, "agreement": 1.0}
    print_replay(replace(a_report(), **nothing, **counts).as_json())
    text = " ".join(capsys.readouterr().out.split())
    assert "0 joined, 0 split; 0 of 60 articles would move B³ 1.000, precision " in text
    assert text.endswith("without the sentence encoder")


def test_headlines_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]):
    report = a_report()
    moved = replace(report.moved[0], title="[bold]Sappers[/bold]", in_review=False)
    print_replay(replace(report, moved=(moved,)).as_json())
    assert "[bold]Sappers[/bold]\n" in capsys.readouterr().out
