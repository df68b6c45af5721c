"""Shipped packs: a second topic, made only with what models/README.md says, is as good as told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.classify.packs import pack
from monitor.classify.packs.pack import Pack
from monitor.classify.training import evaluate, golden, train
from monitor.classify.training import examples as example_files
from monitor.classify.training.examples import Example
from monitor.domain.feeds import Entry
from monitor.runtime import build

MODELS = Path(__file__).parents[3] / "models"
CABLES = MODELS / "undersea-cables"


@pytest.fixture(scope="module")
def cables() -> Pack:
    return pack.load_pack(CABLES)


@pytest.fixture(scope="module")
def examples(cables: Pack) -> list[Example]:
    return example_files.load_examples(CABLES / "examples", themes=tuple(cables.themes))


@pytest.fixture(scope="module")
def held_out() -> list[Mapping[str, Any]]:
    lines = (CABLES / "held-out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def entries(lines: list[Mapping[str, Any]]) -> list[Entry]:
    return [Entry(title=line["title"], text=line["text"]) for line in lines]


def test_the_name_of_a_pack_is_that_of_its_folder():
    folders = [path.parent for path in sorted(MODELS.glob("*/pack.toml"))]
    assert [folder.name for folder in folders] == ["dprk-russia", "undersea-cables"]
    assert [pack.read_metadata(folder).name for folder in folders] == [f.name for f in folders]


def test_the_examples_are_of_two_languages_and_name_every_theme(cables, examples):
    assert len(examples) >= 300
    assert {example.language for example in examples} == {"de", "en"}
    named = {slug for example in examples for slug in example.themes}
    assert named == set(cables.themes)


def test_no_headline_is_trained_on_and_scored(examples, held_out):
    trained = {example.title.casefold() for example in examples}
    assert len(trained) == len(examples)
    assert not trained & {line["title"].casefold() for line in held_out}


def test_it_is_scored_on_lines_that_it_was_not_trained_on(cables, held_out):
    verdicts = build.classifier(cables).judge(entries(held_out))
    figures = evaluate.evaluate_verdicts(held_out, verdicts, name="held-out.jsonl")
    assert figures["n"] == 92
    assert figures["f1"] >= 0.9
    assert all(part["f1"] >= 0.85 for part in figures["by_language"].values())


def test_every_golden_event_is_recalled(cables):
    events = golden.load_golden_events(CABLES / golden.FILE_NAME)
    score = golden.score_golden_events(events, build.classifier(cables).judge)
    assert (score.events, score.missed) == (10, ())


def test_training_again_gives_the_same_scores(cables, held_out, tmp_path):
    train.train_pack(CABLES, out=tmp_path)
    again = build.classifier(pack.load_pack(tmp_path)).judge(entries(held_out))
    shipped = build.classifier(cables).judge(entries(held_out))
    assert [verdict.score for verdict in again] == pytest.approx(
        [verdict.score for verdict in shipped], abs=1e-4
    )


def test_each_pack_leaves_the_golden_events_of_the_other_alone(cables):
    """Topics far apart share no article: neither gate opens for the other's news."""
    other = golden.load_golden_events(MODELS / "dprk-russia" / golden.FILE_NAME)
    wordings = [wording for event in other for wording in event.wordings]
    verdicts = build.classifier(cables).judge(wordings)
    assert [verdict.score for verdict in verdicts if verdict.score >= verdict.threshold] == []
