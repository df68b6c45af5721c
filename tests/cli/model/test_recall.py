"""`monitor model recall`, and the sample that it needs."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_without_articles_the_recall_is_unknown(watch: Terminal):
    result = watch("model", "recall")
    assert "rejected, below 0.01" in result.out
    assert "flagged" in result.out
    assert "the recall is unknown" in result.err
    shown = watch("model", "recall", "--weeks", "2", "--json").json()
    assert (shown["weeks"], shown["recall"], shown["interval"]) == (2, None, None)
    assert [stratum["name"] for stratum in shown["strata"]][-1] == "flagged"


def test_the_sample_to_mark_is_listed(watch: Terminal):
    assert watch("marks", "next", "--sample", "--json").json() == []
    assert "waits for a mark" in watch("marks", "next", "--sample").err
