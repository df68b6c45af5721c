"""A second reader is tried on labelled lines: what it gets right, and what that changes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.actions.teaching.reader_evaluation import try_reader
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.chat_server import ChatServer, chat_server, judged, said
from tests.classify import toy_topic
from tests.fakes import NOW


@pytest.fixture(scope="module")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves")


@pytest.fixture
async def server() -> AsyncIterator[ChatServer]:
    async with chat_server() as running:
        yield running


@pytest.fixture
def reading(topic: Path, server: ChatServer, tmp_path: Path) -> Settings:
    """Settings with a second reader that reads every line."""
    file = tmp_path / "monitor.toml"
    file.write_text(
        f'[topic]\npack = "{topic}"\n[egress]\nallow = ["127.0.0.0/8"]\n'
        f'[second_reader]\nurl = "{server.url}"\nmodel = "qwen3"\nlowest = 0.0\nhighest = 1.0\n'
    )
    return loader.load(file, environment={})


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Twenty lines, every second one relevant."""
    file = tmp_path / "lines.jsonl"
    rows = [
        {"title": f"Wolf number {n} kills a calf", "label": "positive" if n % 2 else "negative"}
        for n in range(20)
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def is_odd(article: dict[str, str]) -> bool:
    return int(article["headline"].split()[2]) % 2 == 1


async def test_a_reader_that_is_always_right_passes_and_decides_both_ways(
    store: Store, reading: Settings, server: ChatServer, lines: Path
) -> None:
    server.reply = lambda article: judged(relevant=is_odd(article))
    evaluation = await try_reader(lines, reading, store, NOW)
    assert (evaluation.trial.asked, evaluation.trial.correct, evaluation.trial.passed) == (
        20,
        20,
        True,
    )
    assert evaluation.as_judge["f1"] == 1.0
    assert evaluation.as_service["recall"] == 1.0
    assert "A running service asks it now." in evaluation.sentence
    stored_trial = store.second_readings.last_trial(model="qwen3", prompt=evaluation.trial.prompt)
    assert stored_trial == evaluation.trial


async def test_a_reader_that_says_yes_to_everything_does_not_pass(
    store: Store, reading: Settings, server: ChatServer, lines: Path
) -> None:
    evaluation = await try_reader(lines, reading, store, NOW)
    assert (evaluation.trial.correct, evaluation.trial.passed) == (10, False)
    assert "only with second_reader.force" in evaluation.sentence


async def test_answers_that_can_not_be_used_are_wrong_and_named(
    store: Store, reading: Settings, server: ChatServer, lines: Path
) -> None:
    server.reply = lambda article: said("Yes.")
    evaluation = await try_reader(lines, reading, store, NOW)
    assert (evaluation.trial.correct, evaluation.unanswered) == (0, 20)
    assert "it is not JSON: 'Yes.'" in evaluation.sentence
    assert evaluation.as_json()["passed"] is False


async def test_without_a_reader_or_a_line_in_doubt_it_is_refused(
    store: Store, settings: Settings, reading: Settings, tmp_path: Path
) -> None:
    undoubted_file = tmp_path / "none.jsonl"
    undoubted_file.write_text('{"title": "Rain", "label": "negative"}\n')
    with pytest.raises(ConfigError, match="no second reader is set"):
        await try_reader(undoubted_file, settings, store, NOW)
    certain = reading.second_reader.model_copy(update={"lowest": 0.999})
    chosen = reading.model_copy(update={"second_reader": certain})
    with pytest.raises(ConfigError, match="no line has a score from"):
        await try_reader(undoubted_file, chosen, store, NOW)
