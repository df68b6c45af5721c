"""The figures, on cases small enough to reckon by hand."""

from __future__ import annotations

import pytest

from monitor.classify.training.evaluate import compare_verdicts, evaluate_verdicts
from monitor.domain.errors import ConfigError
from tests.fakes import verdict

LINES = [
    {"label": "positive", "lang": "en", "themes": ["labour"], "core": True, "borderline": False},
    {"label": "positive", "lang": "ko", "themes": ["troops"], "core": True, "borderline": True},
    {"label": "hard_negative", "lang": "en", "themes": [], "kind": "nk_only", "core": True},
    {"label": "hard_negative", "lang": "en", "themes": [], "kind": "nk_only", "core": False},
    {"label": "background", "lang": "ko", "themes": [], "core": True},
]
SCORES = [0.9, 0.4, 0.8, 0.1, 0.0]


def figures():
    return evaluate_verdicts(LINES, [verdict(score) for score in SCORES], name="x")


def test_precision_recall_and_f1():
    got = figures()
    assert (got["n"], got["threshold"]) == (5, 0.5)
    assert (got["precision"], got["recall"], got["f1"]) == (0.5, 0.5, 0.5)


def test_average_precision_is_the_ranking():
    assert figures()["average_precision"] == pytest.approx((1 / 1 + 2 / 3) / 2)


def test_a_days_news_is_scored_without_kinds_languages_and_themes():
    lines = [{"label": "positive"}, {"label": "negative"}, {"label": "negative"}]
    got = evaluate_verdicts(lines, [verdict(score) for score in (0.9, 0.8, 0.1)], name="x")
    assert (got["precision"], got["recall"]) == (0.5, 1.0)
    assert (got["by_kind"], got["theme_macro_f1"]) == ({}, None)
    assert list(got["by_language"]) == ["unknown"]


def test_both_tiers_together_are_scored_where_there_is_a_review_threshold():
    dated = [
        {**line, "date": f"2025-06-{17 + number // 3}", "event": f"e{number}"}
        for number, line in enumerate(LINES)
    ]
    verdicts = [verdict(score, review_threshold=0.1) for score in SCORES]
    got = evaluate_verdicts(dated, verdicts, name="x")["with_review"]
    assert (got["n"], got["a_day"], got["review_threshold"]) == (2, 1.0, 0.1)
    assert (got["precision"], got["recall"]) == (0.5, 1.0)
    assert got["events"]["recalled"] == 2
    assert "with_review" not in figures()


def test_the_confusion_adds_up():
    assert figures()["confusion"] == {
        "true_positive": 1, "false_positive": 1, "false_negative": 1, "true_negative": 2,
    }  # fmt: skip


def test_subsets_are_scored_where_lines_name_them():
    got = figures()
    assert got["core"]["n"] == 4
    assert got["without_borderline"]["n"] == 4
    assert got["without_borderline"]["recall"] == 1.0
    assert got["by_language"]["ko"]["recall"] == 0.0
    assert got["by_kind"] == {"nk_only": {"n": 2, "false_alarms": 1}}


def test_themes_are_scored_on_positive_lines_only():
    got = figures()["by_theme"]
    assert (got["labour"]["precision"], got["labour"]["recall"]) == (0.5, 1.0)
    assert (got["troops"]["n"], got["troops"]["recall"]) == (1, 0.0)


def test_the_calibration_error_is_the_distance_between_predicted_and_observed():
    assert figures()["calibration_error"] == pytest.approx((0.1 + 0.6 + 0.8 + 0.1 + 0.0) / 5)


def test_precision_is_given_at_high_recall():
    assert figures()["precision_at_recall_95"] == pytest.approx(2 / 3)
    report = evaluate_verdicts([{"label": "negative"}], [verdict(0.9)], name="x")
    assert report["precision_at_recall_95"] is None


def test_an_event_is_recalled_by_one_flagged_line():
    lines = [
        {"label": "positive", "event": "summit"},
        {"label": "positive", "event": "summit"},
        {"label": "positive", "event": "treaty"},
        {"label": "negative", "event": "rain"},
        {"label": "positive"},
    ]
    scores = (0.2, 0.9, 0.3, 0.1, 0.9)
    got = evaluate_verdicts(lines, [verdict(score) for score in scores], name="x")
    assert got["events"] == {"n": 2, "recalled": 1, "missed": ["treaty"]}
    assert "events" not in figures()


def test_months_are_scored_apart():
    lines = [
        {"label": "positive", "date": "2025-08-30"},
        {"label": "positive", "date": "2025-09-02"},
        {"label": "positive"},
    ]
    verdicts = [verdict(score) for score in (0.1, 0.9, 0.9)]
    got = evaluate_verdicts(lines, verdicts, name="x", months=["2025-08"])
    assert (got["inside_months"]["n"], got["inside_months"]["recall"]) == (1, 0.0)
    assert (got["outside_months"]["n"], got["outside_months"]["recall"]) == (2, 1.0)


def test_another_pack_is_compared_on_the_same_weeks():
    verdicts = [verdict(score) for score in SCORES]
    same = compare_verdicts(LINES, verdicts, verdicts)
    assert same["difference"] == {
        "weeks": 5, "precision": [0.0, 0.0], "recall": [0.0, 0.0], "f1": [0.0, 0.0],
    }  # fmt: skip
    worse = compare_verdicts(LINES, verdicts, [verdict(0.1) for _ in LINES])
    assert worse["recall"] == 0.0
    assert worse["difference"]["recall"][1] > 0


def test_lines_without_subsets_have_no_subset_scores():
    bare = [{"label": "positive"}, {"label": "background"}]
    got = evaluate_verdicts(bare, [verdict(0.9), verdict(0.1)], name="x")
    assert "core" not in got
    assert got["by_language"]["unknown"]["n"] == 2


@pytest.mark.parametrize(
    ("lines", "message"),
    [([{"label": "maybe"}], "labelled line 1: label 'maybe'"), ([], "no labelled lines")],
)
def test_lines_that_are_not_labelled_are_named(lines, message):
    with pytest.raises(ConfigError, match=r"dev\.jsonl") as error:
        evaluate_verdicts(lines, [verdict(0.5) for _ in lines], name="dev.jsonl")
    assert message in str(error.value)
