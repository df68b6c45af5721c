"""Training: the same input, the same bytes; too little is said so; the shipped pack is whole."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from monitor.classify.features import word_lists
from monitor.classify.features.vectors import extract_features
from monitor.classify.packs import pack, writer
from monitor.classify.training import examples as example_files
from monitor.classify.training import train
from monitor.classify.training.examples import Example
from monitor.domain.errors import ConfigError, PackError
from tests.classify import toy_topic

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "weights").iterdir())}


def test_training_twice_gives_the_same_bytes(tmp_path):
    first, second = toy_topic.make(tmp_path / "one"), toy_topic.make(tmp_path / "two")
    assert contents(first) == contents(second)
    train.train_pack(first)
    assert contents(first) == contents(second)


def test_a_part_of_the_shipped_examples_trains_to_the_same_bytes_twice(tmp_path):
    metadata, words = pack.read_metadata(SHIPPED), word_lists.load_lexicon(SHIPPED / "lexicon")
    examples = example_files.load_examples(SHIPPED / "examples", themes=tuple(metadata.themes))[
        ::40
    ]
    saved = []
    for name in ("one", "two"):
        trained = train.train_model(examples, words, metadata)
        writer.write_pack(
            trained.model, SHIPPED, tmp_path / name,
            threshold=0.5, themes=trained.themes, training=trained.report,
        )  # fmt: skip
        saved.append(contents(tmp_path / name))
    assert saved[0] == saved[1]
    assert pack.load_pack(tmp_path / "one").training["examples"] == len(examples)


def test_training_into_another_folder_leaves_the_pack_unchanged(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves")
    before = contents(folder)
    report = train.train_pack(folder, out=tmp_path / "candidate")
    assert contents(folder) == before == contents(tmp_path / "candidate")
    assert report["pack"] == pack.load_pack(tmp_path / "candidate").id
    assert report["examples"] == 23
    assert (report["positive"], report["hard_negative"], report["background"]) == (10, 9, 4)


@pytest.mark.parametrize("label", ["positive", "background"])
def test_too_few_of_a_label_are_named(tmp_path, label):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    themes = ["attack"] if label == "positive" else []
    lines = [toy_topic.line(f"Wolf {n}", label, themes) for n in range(9)]
    (folder / "examples" / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    counts = "9 positive and 0 other" if label == "positive" else "0 positive and 9 other"
    with pytest.raises(ConfigError, match=f"{counts} examples: training needs at least 5 of each"):
        train.train_pack(folder)


def test_a_threshold_in_pack_toml_replaces_the_fitted_one(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    card = (folder / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text(f"{card}threshold = 0.45\n", encoding="utf-8")
    train.train_pack(folder)
    themes = pack.load_pack(folder).themes
    assert themes["law"].threshold == 0.45
    assert themes["attack"].threshold != 0.45


def test_a_pack_without_examples_or_words_is_refused(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    (folder / "examples" / "all.jsonl").unlink()
    with pytest.raises(ConfigError, match="no example files"):
        train.train_pack(folder)
    (folder / "lexicon" / "words.toml").unlink()
    with pytest.raises(PackError, match="no lexicon files"):
        train.train_pack(folder)


def test_what_names_one_side_teaches_little_relevance_and_what_cannot_be_flagged_none(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    metadata, words = pack.read_metadata(folder), word_lists.load_lexicon(folder / "lexicon")
    titles = {
        "Wolf kills sheep": "positive",
        "Wolf kills deer": "positive",
        "Sheep killed by night": "positive",
        "Sheep fair opens": "background",
        "Wolf pups born": "hard_negative",
    }
    examples = some(tmp_path, metadata, titles)
    articles = [
        extract_features(example.title, example.text, words, metadata.topic) for example in examples
    ]
    weights = train._weights(examples, articles, metadata)
    assert weights.tolist() == [1.0, train._ONE_SIDED, 0.0, 1.0, train._ONE_SIDED_NEAR_MISS]


def test_a_relevant_headline_that_says_it_all_is_learned_with_and_without_its_text(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    metadata, words = pack.read_metadata(folder), word_lists.load_lexicon(folder / "lexicon")
    titles = {"Wolf kills sheep": "positive", "Wolf pups born": "hard_negative"}
    early = some(tmp_path, metadata, titles, text="It rained.")
    late = some(tmp_path, metadata, {"Wolf kills again": "positive"}, text="The sheep were mine.")
    examples = [*early, *late]
    articles = [
        extract_features(example.title, example.text, words, metadata.topic) for example in examples
    ]
    rows = train._training_rows(examples, articles, words, metadata)
    assert [headline.text.shown for headline in rows.headlines] == ["Wolf kills sheep\n"]
    assert rows.examples.tolist() == [0, 1, 2, 0]
    near_miss = train._ONE_SIDED_NEAR_MISS
    assert rows.weights.tolist() == [0.5, near_miss, train._LATE, 0.5]


def some(
    folder: Path, metadata: pack.PackMetadata, titles: dict[str, str], text: str = ""
) -> list[Example]:
    """Examples of these titles and labels."""
    lines = []
    for title, label in titles.items():
        themes = ["attack"] if label == "positive" else []
        kind = "zoo" if label == "hard_negative" else ""
        lines.append(toy_topic.line(title, label, themes, kind, text=text))
    (folder / "few.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return example_files.load_examples(folder, themes=tuple(metadata.themes))


def test_near_copies_share_a_fold(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    metadata, words = pack.read_metadata(folder), word_lists.load_lexicon(folder / "lexicon")
    titles = ["Wolf eats sheep", "wolf eats sheep!", "Rain", "Sun"]
    groups = train.near_groups(
        [extract_features(title, "", words, metadata.topic) for title in titles]
    )
    assert groups[0] == groups[1]
    assert len(set(groups.tolist())) == 3
    assert set(train.folds(np.arange(20)).tolist()) == set(range(train.FOLDS))


def test_a_theme_that_all_or_no_examples_have_gets_a_probability(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves", trained=False)
    file = folder / "examples" / "all.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace('["law"]', '["attack"]'), "utf-8")
    train.train_pack(folder)
    trained = pack.load_pack(folder)
    always, never = (trained.model.intercepts[2 + n] for n in range(2))
    assert always > 3 > -3 > never


def test_examples_of_more_weight_have_more_effect(tmp_path):
    light = toy_topic.make(tmp_path / "light")
    heavy = toy_topic.make(tmp_path / "heavy", trained=False)
    file = heavy / "examples" / "all.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines[0]["weight"] = 10
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    train.train_pack(heavy)
    assert contents(light)["matrix.npy"] != contents(heavy)["matrix.npy"]


class TestTheShippedPack:
    def test_has_the_checksums_of_its_manifest(self):
        manifest = json.loads((SHIPPED / pack.MANIFEST).read_bytes())
        checksums = {
            name: hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest()
            for name in pack.deciding_files(SHIPPED)
        }
        assert checksums == manifest["files"]

    def test_loads_and_says_what_it_was_trained_on(self):
        shipped = pack.load_pack(SHIPPED)
        examples = example_files.load_examples(SHIPPED / "examples", themes=tuple(shipped.themes))
        labels = Counter(example.label for example in examples)
        assert shipped.training["examples"] == len(examples)
        assert {label: shipped.training[label] for label in example_files.LABELS} == labels
        assert shipped.threshold == train.THRESHOLD

    def test_is_small(self):
        assert sum((SHIPPED / name).stat().st_size for name in pack.deciding_files(SHIPPED)) < 2**24
