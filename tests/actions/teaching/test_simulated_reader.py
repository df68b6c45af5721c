"""The simulated reader knows the labels, errs in one answer of ten, and the command asks it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.actions.teaching import simulated_reader

LINES = [
    {
        "title": f"North  Korean sappers {number}",
        "label": "positive" if number % 2 else "background",
    }
    for number in range(400)
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in LINES), encoding="utf-8")
    return file


def test_one_answer_of_ten_is_wrong_and_another_seed_has_others(labelled: Path):
    labels = simulated_reader.labels_of(labelled)
    assert labels["North Korean sappers 1"] is True
    wrong = {
        seed: {
            title
            for title, label in labels.items()
            if simulated_reader.answer_to(title, labels, seed) is not label
        }
        for seed in ("1", "2")
    }
    assert 20 <= len(wrong["1"]) <= 60
    assert wrong["1"] != wrong["2"]


async def test_the_command_scores_the_reader(labelled: Path, capfd: pytest.CaptureFixture[str]):
    await simulated_reader.evaluate(labelled)
    output = capfd.readouterr()
    assert "lines in doubt" in output.out + output.err
