"""The pack in use: shown, judging, evaluated."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from monitor.actions.teaching.evaluation import (
    evaluate_file,
    judge_file,
    score_golden_events,
    show_pack,
)
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.sections import Settings

RELEVANT = {
    "id": "1",
    "title": "North Korean troops join the fight in Kursk",
    "lang": "en",
    "label": "positive",
}
DULL = {"id": "2", "title": "Rain on Sunday", "lang": "en", "label": "background"}


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "lines.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in (RELEVANT, DULL))
    return file


def test_every_line_is_judged_in_order(lines: Path, settings: Settings):
    rows = judge_file(lines, settings)
    assert [line.relevant for line in rows] == [True, False]
    assert set(rows[0].as_json()) == {"id", "score", "relevant", "themes"}


def test_labelled_lines_give_precision_and_recall(lines: Path, settings: Settings):
    figures = evaluate_file(lines, settings)
    assert (figures["n"], figures["f1"]) == (2, 1.0)


def test_the_pack_in_use_is_shown_with_its_lexicon(settings: Settings, tmp_path: Path):
    (tmp_path / "monitor.toml").write_text("[topic.lexicon]\nTROOPS = ['pokpung guard*']\n")
    shown = show_pack(loader.load(tmp_path / "monitor.toml", environment={}))
    assert shown.as_json()["name"] == "dprk-russia"
    assert shown.roles == {"candidate": None, "current": None, "previous": None}
    (troops,) = [row for row in shown.lexicon_classes if row.name == "TROOPS"]
    assert troops.from_settings == 1
    assert troops.entries > 1


def test_golden_events_may_come_from_a_file(settings: Settings, tmp_path: Path):
    event = {
        "id": "2025-01-01-rain",
        "date": "2025-01-01",
        "event": "Rain fell.",
        "themes": ["troops"],
        "wordings": [{"lang": "en", "title": "Rain on Sunday", "text": ""}],
    }
    file = tmp_path / "golden.jsonl"
    file.write_text(json.dumps(event) + "\n")
    score = score_golden_events(settings, file)
    assert (score.events, len(score.missed)) == (1, 1)


def test_a_history_moves_the_scores_and_is_counted(tmp_path: Path, settings: Settings):
    title = "North Korean troops join the fight in Kursk"
    days = [{**RELEVANT, "date": f"2025-06-{day}", "title": f"{title} {day}"} for day in (15, 16)]
    file = tmp_path / "dated.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in days))
    figures = evaluate_file(file, settings, history=file)
    assert figures["memory"] == {"history": 2, "moved": 1}
    assert "memory" not in evaluate_file(file, settings)


def test_a_history_with_a_faulty_date_is_refused_with_its_line(
    lines: Path, tmp_path: Path, settings: Settings
):
    history = tmp_path / "history.jsonl"
    history.write_text(json.dumps({**DULL, "date": "yesterday"}))
    with pytest.raises(ConfigError, match=r"history\.jsonl:1: the date 'yesterday' is no date"):
        evaluate_file(lines, settings, history=history)
