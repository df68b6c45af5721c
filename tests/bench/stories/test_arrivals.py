"""Which articles keep the story that they were given when they came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.stories.arrivals import kept_at_arrival

STAGES = Path("models/dprk-russia/stories/stages.jsonl")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Written articles of stages that are easily confused, an hour apart."""
    lines = [json.loads(line) for line in STAGES.read_text(encoding="utf-8").splitlines()[:60]]
    rows = [
        {**line, "id": f"{place}", "date": f"2025-06-{1 + place // 12:02}T{place % 12:02}:00:00"}
        for place, line in enumerate(lines)
    ]
    path = tmp_path / "stages.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def test_only_what_moves_after_its_poll_counts_as_moved(file: Path):
    one_by_one = kept_at_arrival(file, 1)
    assert 0.5 < one_by_one < 1
    assert one_by_one <= kept_at_arrival(file, 10) <= 1
    assert kept_at_arrival(file, 60) == 1  # nothing comes after
