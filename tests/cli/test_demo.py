"""`monitor demo`; tests/demo runs the demo itself."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_the_demo_prints_the_polls_the_flagged_articles_and_what_was_sent(terminal: Terminal):
    result = terminal("demo", "--dir", "demo")
    assert result.code == 0
    headings = ("Poll 1", "Poll 2, three days later", "Flagged, and why", "Sent")
    positions = [result.out.find(heading) for heading in headings]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert len(list((terminal.folder / "demo").glob("*.eml"))) > 0


def test_a_folder_with_files_is_left_alone(terminal: Terminal):
    (terminal.folder / "mine.txt").write_text("mine")
    assert "needs a folder of its own" in terminal.refused("demo", "--dir", ".")
