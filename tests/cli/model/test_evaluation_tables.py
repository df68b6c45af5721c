"""The figures of an evaluation as tables."""

from __future__ import annotations

import pytest

from monitor.classify.training.evaluate import compare_verdicts, evaluate_verdicts
from monitor.cli.model.evaluation_tables import print_figures, print_reader
from tests.fakes import verdict

LINES = [
    {"label": "positive", "date": "2025-08-04", "event": "summit", "themes": ["labour"]},
    {"label": "positive", "date": "2025-09-04", "event": "treaty", "themes": ["troops"]},
    {"label": "hard_negative", "date": "2025-09-05", "kind": "nk_only"},
]


def test_every_part_is_printed(capsys: pytest.CaptureFixture[str]):
    verdicts = [verdict(score) for score in (0.9, 0.1, 0.7)]
    figures = evaluate_verdicts(LINES, verdicts, name="x", months=["2025-08"])
    others = compare_verdicts(LINES, verdicts, [verdict(0.9) for _ in LINES])
    print_figures({**figures, "against": {"pack": "wolves@1", **others}})
    words = " ".join(capsys.readouterr().out.split())
    assert "over 2 weeks value 95 % from to" in words
    assert "events 2 recalled 1 missed treaty" in words
    assert "inside the months 1 1.000 1.000 1.000 1.000" in words
    assert "troops 1 0.000 0.000 0.000" in words
    assert "difference to wolves@1" in words
    assert "recall -0.500" in words


def test_optional_parts_are_left_out(capsys: pytest.CaptureFixture[str]):
    print_figures(evaluate_verdicts([{"label": "negative"}], [verdict(0.1)], name="x"))
    words = capsys.readouterr().out
    assert "events" not in words
    assert "difference" not in words
    assert "average_precision" not in words  # there is none without a positive line


def test_the_figures_with_a_second_reader_are_printed(capsys: pytest.CaptureFixture[str]):
    before = evaluate_verdicts(LINES, [verdict(score) for score in (0.9, 0.1, 0.7)], name="x")
    after = evaluate_verdicts(LINES, [verdict(score) for score in (0.9, 0.9, 0.1)], name="x")
    print_reader({"as_service": before, "as_judge": after})
    words = " ".join(capsys.readouterr().out.split())
    assert "its “relevant” is alerted (as in a service) 0.500 0.500 0.500" in words
    assert "its answers decide both ways 1.000 1.000 1.000" in words


def test_the_tier_review_is_printed_where_there_is_one(capsys: pytest.CaptureFixture[str]):
    verdicts = [verdict(score, review_threshold=0.05) for score in (0.9, 0.1, 0.7)]
    print_figures(evaluate_verdicts(LINES, verdicts, name="x"))
    words = " ".join(capsys.readouterr().out.split())
    assert "flagged, and in review from 0.05 value" in words
    assert "lines in review 1 a day 0.333" in words
