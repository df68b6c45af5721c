"""The trainer of pair models: the same files give the same bytes, and stories are told apart."""

from __future__ import annotations

import json
import shutil
import statistics
from pathlib import Path

import pytest

from monitor.classify.packs.story_pack import ENCODER_FILE, MODEL_FILE, StoryPack, load_story_pack
from monitor.stories.anchors import Anchors, anchors_of
from monitor.stories.pair_features import FEATURES
from tests.stories.training import train_pair_model
from tests.stories.training.train_pair_model import Material, Wording, wordings

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia"
FAMILIES = 12
BACKGROUND = 60


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen families of the shipped pack, and no encoder."""
    folder = tmp_path_factory.mktemp("pack")
    shutil.copytree(SHIPPED / "stories", folder / "stories")
    (folder / "stories" / MODEL_FILE).unlink()
    (folder / "stories" / ENCODER_FILE).unlink()
    for name in train_pair_model.WITH_STAGES:
        lines = train_pair_model.lines_of(SHIPPED / name)
        families = list(dict.fromkeys(line["family"] for line in lines))[:FAMILIES]
        write_lines(folder / name, [line for line in lines if line["family"] in families])
    write_lines(
        folder / "golden.jsonl", train_pair_model.lines_of(SHIPPED / "golden.jsonl")[:FAMILIES]
    )
    (folder / "examples").mkdir()
    examples = train_pair_model.lines_of(SHIPPED / "examples" / "en.jsonl")
    background = [line for line in examples if line["label"] == "background"]
    write_lines(folder / "examples" / "en.jsonl", background[:BACKGROUND])
    return folder


def write_lines(file: Path, lines: list[train_pair_model.Line]) -> None:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


@pytest.fixture(scope="module")
def trained(pack: Path) -> StoryPack:
    train_pair_model.write(train_pair_model.train(Material.of(pack)), pack / "stories" / MODEL_FILE)
    return load_story_pack(pack)


def test_the_same_files_give_the_same_bytes(pack: Path, trained: StoryPack, tmp_path: Path):
    again = tmp_path / MODEL_FILE
    train_pair_model.write(train_pair_model.train(Material.of(pack)), again)
    assert again.read_bytes() == (pack / "stories" / MODEL_FILE).read_bytes()


def test_the_model_says_what_it_learned_from(pack: Path, trained: StoryPack):
    stored = json.loads((pack / "stories" / MODEL_FILE).read_text(encoding="utf-8"))
    models = sum(count for _, count in train_pair_model.GROUPS)
    assert stored["features"] == list(FEATURES)
    assert len(stored["trees"]) == models * train_pair_model.TREES
    assert set(stored["trained_on"]) == {
        "stories/concepts.jsonl", *train_pair_model.WITH_STAGES, "golden.jsonl"
    }  # fmt: skip


def test_wordings_of_one_event_are_likelier_than_those_of_look_alikes(
    pack: Path, trained: StoryPack
):
    method, rarities = trained.method, trained.rarities()
    rows = [row for row in wordings(pack, train_pair_model.EVENTS, []) if row.family != row.story]
    anchors = [anchors_of(row.article, method.dictionary, rarities) for row in rows]
    same = probabilities(trained, rows, anchors, is_one_story=True)
    look_alikes = probabilities(trained, rows, anchors, is_one_story=False)
    assert statistics.mean(same) > train_pair_model.THRESHOLD > statistics.mean(look_alikes)


def probabilities(
    trained: StoryPack, rows: list[Wording], anchors: list[Anchors], *, is_one_story: bool
) -> list[float]:
    """Of the pairs of one family that are of one event, or of two."""
    every_pair = [
        (place, before)
        for place, newer in enumerate(rows)
        for before in range(place)
        if newer.family == rows[before].family
        and (newer.story == rows[before].story) is is_one_story
    ]
    return [
        probability
        for place, before in every_pair
        for probability in trained.method.probabilities(anchors[place], [anchors[before]]).values()
    ]
